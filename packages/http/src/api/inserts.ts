import { type BulkInserts, parseTimestamp } from '@kairos/core';
import { isPlainObject, valueOfJson } from './json.js';
import { RequestError } from './request-error.js';

interface Fields {
  readonly name?: unknown;
  readonly value?: unknown;
  readonly timestamp?: unknown;
}

const FIELDS = ['name', 'value', 'timestamp'];

type Bulk = Map<number | Date | null, Map<string, unknown[]>>;

/** The inserts of a body, in the shape of `bulkInsert` and in their order: an array of objects, or one object. */
export function bulkOf(
  body: unknown,
  { isCount, timezone }: { readonly isCount: boolean; readonly timezone: string },
): BulkInserts<unknown> {
  const bulk: Bulk = new Map();
  for (const [index, given] of (Array.isArray(body) ? body : [body]).entries()) {
    const { name, value, timestamp } = fieldsOf(given, index);
    if (typeof name !== 'string') throw refuse(index, 'has no "name"; expected a string');
    if (value === undefined && !isCount) throw refuse(index, 'has no "value"; expected one, or an array');
    const named = placeOf(bulk, timestampOf(timestamp, timezone, index));
    const values = (Array.isArray(value) ? value : [value === undefined ? 1 : value]).map(valueOfJson);
    const before = named.get(name);
    if (before === undefined) named.set(name, values);
    else for (const each of values) before.push(each);
  }
  return bulk;
}

/** The inserts of a bulk in the form of a body. */
export function insertsOf(bulk: BulkInserts<unknown>): readonly object[] {
  return [...bulk].flatMap(([timestamp, named]) =>
    [...(named instanceof Map ? named : Object.entries(named))].map(([name, values]) => ({
      name,
      value: [...(values ?? [])],
      ...(timestamp === null ? {} : { timestamp: timestamp instanceof Date ? +timestamp / 1000 : timestamp }),
    })),
  );
}

/**
 * The order of a `Map` is the order of arrival, so a repeated timestamp gets its own entry, as a `Date`. All
 * inserts without a timestamp arrive at the place of the first of them.
 */
function placeOf(bulk: Bulk, seconds: number | null): Map<string, unknown[]> {
  const before = seconds === null ? bulk.get(null) : undefined;
  if (before !== undefined) return before;
  const named = new Map<string, unknown[]>();
  const isTaken = seconds !== null && bulk.has(seconds);
  bulk.set(isTaken ? new Date(Math.floor(seconds * 1000)) : seconds, named);
  return named;
}

function fieldsOf(given: unknown, index: number): Fields {
  if (!isPlainObject(given))
    throw refuse(index, 'is not an object; expected { "name", "value", "timestamp" }');
  const unknown = Object.keys(given).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) {
    throw refuse(index, `has the unknown field "${unknown}"; expected ${FIELDS.join(', ')}`);
  }
  return given;
}

function timestampOf(timestamp: unknown, timezone: string, index: number): number | null {
  if (timestamp === undefined || timestamp === null) return null;
  const seconds = typeof timestamp === 'string' ? parseTimestamp(timestamp, timezone) : timestamp;
  if (typeof seconds === 'number') return seconds;
  throw refuse(index, 'has an invalid "timestamp"; expected Unix seconds or an ISO 8601 date');
}

function refuse(index: number, what: string): RequestError {
  return new RequestError(400, `Insert ${index} of the body ${what}`);
}
