/**
 * What a thing is, whichever realm made it. Test runners and workers of `node:vm` have classes of their own, which
 * `instanceof` takes for others.
 */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

export function isError(value: unknown): value is Error {
  return tagOf(value) === '[object Error]' || value instanceof Error;
}

export function isDate(value: unknown): value is Date {
  return tagOf(value) === '[object Date]';
}

export function isMap(value: unknown): value is Map<unknown, unknown> {
  return tagOf(value) === '[object Map]';
}

export function isSet(value: unknown): value is Set<unknown> {
  return tagOf(value) === '[object Set]';
}

/** A `Buffer` is one, too. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf(value) === '[object Uint8Array]';
}
