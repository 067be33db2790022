/**
 * What a thing is, whichever realm made it. Test runners and workers of `node:vm` have classes of their own, which
 * `instanceof` takes for others. It comes first all the same: it is faster, and knows classes that call themselves
 * something else.
 */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

export function isError(value: unknown): value is Error {
  return value instanceof Error || tagOf(value) === '[object Error]';
}

export function isDate(value: unknown): value is Date {
  return value instanceof Date || tagOf(value) === '[object Date]';
}

export function isMap(value: unknown): value is Map<unknown, unknown> {
  return value instanceof Map || tagOf(value) === '[object Map]';
}

export function isSet(value: unknown): value is Set<unknown> {
  return value instanceof Set || tagOf(value) === '[object Set]';
}

/** A `Buffer` is one, too. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || tagOf(value) === '[object Uint8Array]';
}
