import { InvalidValueError } from '../errors.js';
import { toSeconds } from '../time/timestamp.js';
import type { StoredValue, Timestamp } from '../values/insertable.js';
import { isDate, isMap, isSet } from '../values/kinds.js';
import { checkName } from '../values/name.js';
import { describeValue } from '../values/value.js';

/** One name and timestamp of an insert, validated. */
export interface Insert {
  readonly name: string;
  /** Unix seconds. */
  readonly seconds: number;
  readonly values: readonly StoredValue[];
}

/** One name and timestamp of a bulk insert, with the input it came from. */
export interface BulkInsert extends Insert {
  /** Its key in the map. */
  readonly timestamp: Timestamp | null;
  /** The values as given. */
  readonly given: unknown;
  /** Whether the names were in a `Map`; otherwise in an object. */
  readonly inMap: boolean;
}

/** Checks a value and returns its stored form. */
export type Encode = (value: unknown) => StoredValue;

/** Checks to how many intervals before (< 0) or after (> 0) the timestamp to copy the data. */
export function checkCopies(intervals: unknown): number {
  if (intervals === undefined) return 0;
  if (typeof intervals === 'number' && Number.isSafeInteger(intervals) && Math.abs(intervals) <= 100_000) {
    return intervals;
  }
  throw new InvalidValueError(
    `Option "intervals" is ${describeValue(intervals)}; expected a whole number from -100000 to 100000`,
  );
}

export function readInserts(inserts: unknown, now: number, nul: boolean, encode: Encode): BulkInsert[] {
  if (!isMap(inserts)) {
    throw new InvalidValueError(
      `The inserts are ${describeValue(inserts)}; expected a Map of timestamp to { name: [value, …] }`,
    );
  }
  const read: BulkInsert[] = [];
  for (const [key, named] of inserts) {
    const seconds = toSeconds(key ?? now, 'timestamp');
    const timestamp = typeof key === 'number' || isDate(key) ? key : null;
    const inMap = isMap(named);
    for (const [name, values] of namesOf(named)) {
      if (values === undefined) continue;
      if (!Array.isArray(values) && !isSet(values)) {
        throw new InvalidValueError(
          `The values of ${describeValue(name)} are ${describeValue(values)}; expected an array or a Set of values`,
        );
      }
      const encoded = encodeAll(values, encode);
      read.push({ name: checkName(name, nul), seconds, timestamp, given: values, inMap, values: encoded });
    }
  }
  return read;
}

function encodeAll(values: readonly unknown[] | ReadonlySet<unknown>, encode: Encode): StoredValue[] {
  // Most inserts have one value. A list of its size takes far less memory than one that grows.
  if (Array.isArray(values) && values.length === 1) return [encode(values[0])];
  const encoded: StoredValue[] = [];
  for (const value of values) encoded.push(encode(value));
  return encoded;
}

function namesOf(named: unknown): Iterable<readonly [unknown, unknown]> {
  if (isMap(named)) return named;
  if (typeof named === 'object' && named !== null && !Array.isArray(named)) return Object.entries(named);
  throw new InvalidValueError(
    `The inserts hold ${describeValue(named)}; expected { name: [value, …] } or a Map of it`,
  );
}
