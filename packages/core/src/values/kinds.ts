/**
 * The kind of a value, whichever realm created it. Test runners and `node:vm` contexts have their own
 * classes, for which `instanceof` fails. `instanceof` still comes first: it is faster, and recognizes classes
 * with another tag.
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

/** Whether a value is a `Uint8Array`, such as a `Buffer`. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || tagOf(value) === '[object Uint8Array]';
}
