import type { BucketWrite, Capabilities } from '@kairos/core';
import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { StoredDocument } from '../layout.js';

/** One update of one document, and its writes: it may be part of one, or contain several. */
export interface Update {
  readonly writes: readonly BucketWrite[];
  /** The `_id` of the document; the chunks of a bucket share one. */
  readonly id: string;
  /** Its approximate size on the wire. */
  readonly bytes: number;
}

export type Model = AnyBulkWriteOperation<StoredDocument>;

/** How the writes of a type become updates of documents. */
export interface Updates<U extends Update> {
  /** The updates of writes: those of one name are adjacent, those of one document in the order of application. */
  of(writes: readonly BucketWrite[]): Iterable<U>;
  /** Whether updates that are sent together must be applied in order, up to the first that fails. */
  ordered(updates: readonly U[]): boolean;
  /** The models for the driver to send, given the known state of the collection. */
  models(updates: readonly U[]): Model[];
  /** Records updates that the server acknowledged. */
  applied(updates: readonly U[]): void;
  /** Whether an error of the server means that another writer came first, so that a retry helps. */
  isContention(code: number): boolean;
  /**
   * Looks up the state that it needs before contended updates are retried. Resolves to those that can never
   * be applied, with the reasons.
   */
  settle(updates: readonly U[], collection: Collection<StoredDocument>): Promise<ReadonlyMap<U, Error>>;
}

/** The error code of an upsert if another one of the same document came first. */
export const DUPLICATE_KEY = 11000;

/** The bytes that an update counts besides its strings. */
export const OVERHEAD = 256;

/**
 * Sorts updates in the order that all writers use for documents. If a server locks them one after the other, writers
 * wait for one another in turn, never in a circle. Updates of one document keep their order.
 */
export function inOrder<U extends Update>(updates: readonly U[]): U[] {
  return [...updates].sort((a, b) => Number(a.id > b.id) - Number(a.id < b.id));
}

export function writesOf(updates: readonly Pick<Update, 'writes'>[]): BucketWrite[] {
  return updates.flatMap(({ writes }) => writes);
}

/**
 * The field by which the server deletes. Every update sets it, because `steps` may have changed, or differ in
 * another process. The longest retention wins. `expiresAt` belongs to the write of a document, or is the
 * latest of several.
 */
export function expiryUpdate(
  expiresAt: BucketWrite['expiresAt'],
  expiry: Capabilities['expiry'],
): {
  readonly $max?: { expiresAt: Date };
  readonly $unset?: { expiresAt: '' };
} {
  // Whole seconds: with the user's own clock, the difference between the clocks changes from write to write.
  if (expiresAt === null || expiry === 'manual') return { $unset: { expiresAt: '' } };
  return { $max: { expiresAt: new Date(Math.ceil(expiresAt) * 1000) } };
}
