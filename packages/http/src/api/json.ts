import { isBytes, isDate, isMap, isSet } from '@kairos/core';

/**
 * Data as JSON can hold it. A `Map` is an array of pairs, a `Set` an array. Values without a JSON form are objects that
 * name their type: `{ bigint: '9007199254740993' }`, `{ date: '2024-03-01T00:00:00.000Z' }`, `{ bytes: 'AAE=' }`
 * (base64).
 */
export function jsonOf(data: unknown): unknown {
  if (isMap(data)) return [...data].map(([key, value]) => [jsonOf(key), jsonOf(value)]);
  if (isSet(data) || Array.isArray(data)) return [...data].map(jsonOf);
  if (typeof data === 'bigint') return { bigint: String(data) };
  if (isDate(data)) return { date: data.toISOString() };
  if (isBytes(data)) return { bytes: Buffer.from(data).toString('base64') };
  if (isPlainObject(data)) return mapFields(data, jsonOf);
  return data ?? null;
}

/** A value of a request in the form that an insert accepts: reverses `jsonOf`, and leaves anything else as it is. */
export function valueOfJson(json: unknown): unknown {
  if (!isPlainObject(json) || Object.keys(json).length !== 1) return json;
  const { bigint, date, bytes }: { bigint?: unknown; date?: unknown; bytes?: unknown } = json;
  if (typeof bigint === 'string' && /^-?\d+$/.test(bigint)) return BigInt(bigint);
  if (typeof date === 'string') return new Date(date);
  if (typeof bytes === 'string' && isBase64(bytes)) return new Uint8Array(Buffer.from(bytes, 'base64'));
  return json;
}

/** Checks base64, because Node accepts any text and skips invalid characters. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

export function isPlainObject(data: unknown): data is object {
  if (typeof data !== 'object' || data === null) return false;
  const prototype = Object.getPrototypeOf(data);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function mapFields(data: object, map: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, map(value)]));
}
