/**
 * The storage layout. Each type has a collection in the database. Counts and gauges have one document for each
 * window of neighbouring buckets of an interval of a name, with a field for each bucket; the other types have one for
 * each value (histogram, set) or chunk of values (series) of a bucket:
 *
 * - count: `{ _id: '["home","minute",221354]', name: 'home', interval: 'minute', window: 221354,
 *   buckets: { '28333333': 3, '28333334': 1 }, last: 28333334, expiresAt: Date }`
 * - gauge: the same, with the readings as `buckets`
 * - histogram: `{ _id: '["home","minute",28333333,0,"GET"]', name: 'home', interval: 'minute', bucket: 28333333,
 *   resolution: 0, member: 'GET', count: 2, expiresAt: Date }`
 * - set: the same without `count`
 * - series: `_id` ends with the number of the chunk; `chunk: 0`, `values: [1, 'a', 1]`, `size: 40`
 *
 * `_id` alone identifies a document, so that an upsert by `_id` is exact on any server. Reads use
 * the one index over name, interval, and window or bucket.
 */
import { createHash } from 'node:crypto';
import type { BucketKey, StoredValue, TimeseriesType } from '@kairos/core';

/** The version of this layout, recorded with the data. It changes if older data would be misread. */
export const LAYOUT_VERSION = 2;

/** Number of buckets in a window; of resolution buckets if the interval has a resolution. */
export const WINDOW_SIZE = 128;

/** The types whose buckets share documents. */
export type WindowType = 'count' | 'gauge';

export const isWindowType = (type: TimeseriesType): type is WindowType =>
  type === 'count' || type === 'gauge';

/** The fields that all documents have. */
export interface StoredDocument {
  _id: string;
  name: string;
  interval: string;
  /** Absent if the data is kept for ever. */
  expiresAt?: Date;
  /** The values of a chunk of a series. */
  values?: StoredValue[];
}

/** Counts or gauges of one window. */
export interface WindowDocument extends StoredDocument {
  window: number;
  /** The values by their `fieldOf`. */
  buckets: { [field: string]: StoredValue };
  /** The last bucket that has a field. */
  last: number;
}

/** A value or a chunk of one bucket. The type decides which of the optional fields there are. */
export interface BucketDocument extends StoredDocument {
  bucket: number;
  resolution: number;
  /** Histogram and set. */
  member?: StoredValue;
  /** Histogram. */
  count?: number;
  /** Series. */
  chunk?: number;
  /** Estimated bytes of a chunk's values. */
  size?: number;
}

/** The intervals that the data of one type was written with, as core's text, and the layout it was written in. */
export interface RecordDocument {
  _id: TimeseriesType;
  record: string;
  layout?: number;
}

export const collectionOf = (type: TimeseriesType) => `kairos_${type}`;

export const RECORDS = 'kairos_records';

/** Each serves the reads, `list`, `bounds`, `delete` and `expire` of its types. */
export const WINDOW_INDEX = {
  name: 'kairos_window',
  key: { name: 1, interval: 1, window: 1 },
} as const;
export const BUCKET_INDEX = {
  name: 'kairos_bucket',
  key: { name: 1, interval: 1, bucket: 1 },
} as const;

/** The index by which the server deletes data past its retention. */
export const EXPIRY_INDEX = {
  name: 'kairos_expiry',
  key: { expiresAt: 1 },
  expireAfterSeconds: 0,
  sparse: true,
} as const;

/** A longer `_id` is replaced by a digest, so that a value of megabytes does not make an index entry of that size. */
const LONGEST_ID = 200;

/**
 * The `_id` of the document of a bucket, or of a value or chunk in it. JSON keeps strings and numbers apart, and
 * reserves no characters. A digest cannot be confused with it, because JSON begins with a bracket.
 */
export function idOf({ name, interval, bucket, resolution }: BucketKey, part?: StoredValue): string {
  const identity = [name, interval, bucket, resolution];
  return shortened(JSON.stringify(part === undefined ? identity : [...identity, part]));
}

/** The `_id` of a window. */
export function windowIdOf(name: string, interval: string, window: number): string {
  return shortened(JSON.stringify([name, interval, window]));
}

function shortened(id: string): string {
  return id.length > LONGEST_ID ? `sha256:${createHash('sha256').update(id).digest('hex')}` : id;
}

/**
 * The field of a bucket in its window: only digits and signs, which no server takes for an operator or a path. A bucket
 * of the resolution that straddles two buckets of the interval has a field for each.
 */
export function fieldOf(bucket: number, resolution: number, resolved: boolean): string {
  return resolved ? `${bucket}_${resolution}` : String(bucket);
}

/** The inverse of `fieldOf`. */
export function placeOf(field: string): { readonly bucket: number; readonly resolution: number } {
  const end = field.indexOf('_');
  if (end === -1) return { bucket: Number(field), resolution: 0 };
  return { bucket: Number(field.slice(0, end)), resolution: Number(field.slice(end + 1)) };
}
