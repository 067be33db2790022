/**
 * Where everything is kept. Each type has a collection in the database; a bucket is one document (count, gauge) or
 * one for each value (histogram, set) or chunk of values (series):
 *
 * - count: `{ _id: '["home","minute",28333333,0]', name: 'home', interval: 'minute', bucket: 28333333,
 *   resolution: 0, count: 3, expiresAt: Date }`
 * - gauge: the reading as `value` in place of `count`
 * - histogram: `_id` ends with the value, `'["home","minute",28333333,0,"GET"]'`; `member: 'GET'`, `count: 2`
 * - set: the same without `count`
 * - series: `_id` ends with the number of the chunk; `chunk: 0`, `values: [1, 'a', 1]`, `size: 40`
 *
 * `_id` says all that tells a document from others, so that an upsert by `_id` is exact on any server. Reads go by
 * the one index over name, interval and bucket.
 */
import { createHash } from 'node:crypto';
import type { BucketKey, StoredValue, TimeseriesType } from '@kairos/core';

/** What one document holds; which of the optional fields depends on the type. */
export interface BucketDocument {
  _id: string;
  name: string;
  interval: string;
  bucket: number;
  resolution: number;
  /** Gauge. */
  value?: StoredValue;
  /** Histogram and set. */
  member?: StoredValue;
  /** Count and histogram. */
  count?: number;
  /** Series. */
  chunk?: number;
  values?: StoredValue[];
  /** Bytes of the values of a chunk, by estimate. */
  size?: number;
  /** Left out where the bucket is kept for ever. */
  expiresAt?: Date;
}

/** The intervals that the data of one type was written with, as core's text. */
export interface RecordDocument {
  _id: TimeseriesType;
  record: string;
}

export const collectionOf = (type: TimeseriesType) => `kairos_${type}`;

export const RECORDS = 'kairos_records';

/** Serves the reads, `list`, `bounds`, `delete` and `expire`. */
export const BUCKET_INDEX = {
  name: 'kairos_bucket',
  key: { name: 1, interval: 1, bucket: 1 },
} as const;

/** By which the server deletes what is past its retention. */
export const EXPIRY_INDEX = {
  name: 'kairos_expiry',
  key: { expiresAt: 1 },
  expireAfterSeconds: 0,
  sparse: true,
} as const;

/** Longer identities are kept as a digest, so that a value of megabytes makes no such index entry. */
const LONGEST_ID = 200;

/**
 * The `_id` of a bucket, or of a value or chunk in it. JSON tells a string from a number and needs no characters to
 * be set aside; a digest cannot be taken for it, since JSON begins with a bracket.
 */
export function idOf({ name, interval, bucket, resolution }: BucketKey, part?: StoredValue): string {
  const identity = [name, interval, bucket, resolution];
  const id = JSON.stringify(part === undefined ? identity : [...identity, part]);
  return id.length > LONGEST_ID ? `sha256:${createHash('sha256').update(id).digest('hex')}` : id;
}
