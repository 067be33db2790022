import type { BucketWrite } from '../adapter.js';

/** The size of some writes: the number of values, and their approximate bytes, each with its name. */
export interface Size {
  readonly values: number;
  readonly bytes: number;
}

const NUMBER_BYTES = 8;

/** Measures writes. Each value of a series, set or histogram counts once for every bucket it goes to. */
export function sizeOf(writes: readonly BucketWrite[]): Size {
  let [values, bytes] = [0, 0];
  // The buckets of one event share their data.
  let measured: unknown;
  let [count, length] = [0, 0];
  for (const { name, data } of writes) {
    if (data !== measured) {
      [count, length] = [0, 0];
      for (const value of valuesOf(data)) {
        count++;
        length += typeof value === 'string' ? value.length : NUMBER_BYTES;
      }
      measured = data;
    }
    values += count;
    bytes += length + count * name.length;
  }
  return { values, bytes };
}

function valuesOf(data: BucketWrite['data']): Iterable<unknown> {
  if (data instanceof Map) return data.keys();
  return typeof data === 'object' && data !== null ? data : [data];
}
