import { createHash } from 'node:crypto';
import { textAfter } from '@kairos/core';
import { KEY_BYTES } from './dialect/column.js';

/** Prefix of the digest that a key column holds if the text is too long for it. */
const DIGEST_PREFIX = 'sha256:';
const DIGEST_PREFIX_BYTES = Buffer.from(DIGEST_PREFIX);

/** Text of at most this many UTF-16 units always fits in UTF-8. */
const SURELY_SHORT = Math.floor(KEY_BYTES / 3);

/** Text or bytes as a key column stores them. */
export interface Key<T> {
  readonly key: T;
  /** Whether the key is a digest. The full value is then stored elsewhere. */
  readonly digested: boolean;
}

/** Whether a key column stores a digest of a text: the text is too long, or looks like a digest itself. */
export function isDigested(text: string): boolean {
  return (
    (text.length > SURELY_SHORT && Buffer.byteLength(text) > KEY_BYTES) || text.startsWith(DIGEST_PREFIX)
  );
}

/**
 * Converts text to what a key column stores. Different texts have different keys.
 *
 * @example
 * ```ts
 * textKey('home'); // "home"
 * textKey('x'.repeat(300)); // "sha256:98b7…"
 * ```
 */
export function textKey(text: string): string {
  return isDigested(text) ? DIGEST_PREFIX + sha256(text).toString('hex') : text;
}

/** A range in key order: from the first text up to, but not including, the second. */
export type KeyRange = readonly [from: string, end: string];

/**
 * The ranges that contain the keys of all texts with a prefix. The range of digests contains other keys too,
 * because a digest may begin with anything. Empty if the prefix is empty or its range has no end.
 */
export function keysOfPrefix(prefix: string): readonly KeyRange[] {
  const end = textAfter(prefix);
  const digests = textAfter(DIGEST_PREFIX);
  if (prefix === '' || end === null || digests === null) return [];
  if (DIGEST_PREFIX.startsWith(prefix)) return [[prefix, end]];
  return [
    [prefix, end],
    [DIGEST_PREFIX, digests],
  ];
}

/** Converts bytes to what a key column stores. Different bytes have different keys. */
export function bytesKey(bytes: Buffer): Key<Buffer> {
  const short =
    bytes.length <= KEY_BYTES && !bytes.subarray(0, DIGEST_PREFIX.length).equals(DIGEST_PREFIX_BYTES);
  if (short) return { key: bytes, digested: false };
  return { key: Buffer.concat([DIGEST_PREFIX_BYTES, sha256(bytes)]), digested: true };
}

export function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
