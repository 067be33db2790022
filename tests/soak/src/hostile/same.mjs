/** Whether two answers are the same. */
import { isDeepStrictEqual } from 'node:util';

/**
 * A `Map` by timestamp must have the same order; histograms and sets may have any. `loose`: fractions may
 * differ in their last bits, as sums of doubles do.
 */
export function same(a, b, loose) {
  if (a instanceof Map && b instanceof Map) {
    if (a.size !== b.size) return false;
    return [...a].every(([key, value]) => b.has(key) && same(value, b.get(key), loose));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => same(value, b[index], loose));
  }
  if (typeof a === 'number' && typeof b === 'number') return Object.is(a, b) || (loose && close(a, b));
  if (isPlain(a) && isPlain(b)) {
    const keys = Object.keys(a);
    return isDeepStrictEqual(keys, Object.keys(b)) && keys.every((key) => same(a[key], b[key], loose));
  }
  return isDeepStrictEqual(a, b);
}

/** The timestamps of a read, in the order of the answer. */
export function timestampsOf(answer) {
  return answer instanceof Map ? [...answer.keys()] : null;
}

function close(a, b) {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-300);
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
