import type { BucketWrite, Capabilities } from '@kairos/core';
import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { StoredDocument } from '../layout.js';

/** One update of one document, and the writes that it is a part of, or that are a part of it. */
export interface Update {
  readonly writes: readonly BucketWrite[];
  /** The `_id` of the document; the chunks of a bucket share one. */
  readonly id: string;
  /** About how long it is on the wire. */
  readonly bytes: number;
}

export type Model = AnyBulkWriteOperation<StoredDocument>;

/** How the writes of a type become updates of documents. */
export interface Updates<U extends Update> {
  /** The updates of writes, those of one name together; those of one document in the order of application. */
  of(writes: readonly BucketWrite[]): Iterable<U>;
  /** Whether updates that are sent together have to be applied in their order, up to the first that fails. */
  ordered(updates: readonly U[]): boolean;
  /** What the driver is to send, for the state of the collection as far as it is known. */
  models(updates: readonly U[]): Model[];
  /** Takes note of updates that the server acknowledged. */
  applied(updates: readonly U[]): void;
  /** Whether an error of the server means that another writer came first, and that trying again helps. */
  isContention(code: number): boolean;
  /**
   * Looks up what has to be known before updates that met contention are tried again. Resolves to those of them that
   * can never be applied, with what they are refused for.
   */
  settle(updates: readonly U[], collection: Collection<StoredDocument>): Promise<ReadonlyMap<U, Error>>;
}

/** The code of an upsert that another one of the same document got ahead of. */
export const DUPLICATE_KEY = 11000;

/** What `bytes` counts for an update besides its strings. */
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
 * The field by which the server deletes. Every update sets it, because `steps` may have changed, or differ in another
 * process. The longest retention wins. `expiresAt` is that of the write of a document, or the latest of several.
 */
export function expiryUpdate(
  expiresAt: BucketWrite['expiresAt'],
  expiry: Capabilities['expiry'],
): {
  readonly $max?: { expiresAt: Date };
  readonly $unset?: { expiresAt: '' };
} {
  // Whole seconds: with a clock of the user's the difference between the clocks changes from write to write.
  if (expiresAt === null || expiry === 'manual') return { $unset: { expiresAt: '' } };
  return { $max: { expiresAt: new Date(Math.ceil(expiresAt) * 1000) } };
}
