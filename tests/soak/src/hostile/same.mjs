/** Whether two answers are the same. */
import { isDeepStrictEqual } from 'node:util';

/**
 * A `Map` by timestamp must have the same order; histograms and sets may have any. `slack`: fractions may
 * differ in their last bits, and by so much besides; `null` if they may not.
 */
export function same(a, b, slack) {
  if (a instanceof Map && b instanceof Map) {
    if (a.size !== b.size) return false;
    return [...a].every(([key, value]) => b.has(key) && same(value, b.get(key), slack));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => same(value, b[index], slack));
  }
  if (typeof a === 'number' && typeof b === 'number') {
    return Object.is(a, b) || (slack !== null && close(a, b, slack));
  }
  if (isPlain(a) && isPlain(b)) {
    const keys = Object.keys(a);
    return isDeepStrictEqual(keys, Object.keys(b)) && keys.every((key) => same(a[key], b[key], slack));
  }
  return isDeepStrictEqual(a, b);
}

/**
 * By how much two sums of a program's values may differ. A sum of doubles depends on their order: by the last
 * bits of the largest of them if there are fractions, and not at all if all are whole and small enough.
 */
export function slackOf(steps) {
  const numbers = steps.flatMap((step) => numbersOf(step.values ?? step.inserts));
  if (numbers.every((number) => Number.isSafeInteger(number))) return 0;
  return 1e-14 * Math.min(Math.max(...numbers.map(Math.abs)), Number.MAX_SAFE_INTEGER);
}

function numbersOf(given) {
  if (typeof given === 'number') return Number.isFinite(given) ? [given] : [];
  if (Array.isArray(given)) return given.flatMap(numbersOf);
  return numbersOf(given?.values ?? []);
}

/** The timestamps of a read, in the order of the answer. */
export function timestampsOf(answer) {
  return answer instanceof Map ? [...answer.keys()] : null;
}

function close(a, b, slack) {
  return Math.abs(a - b) <= slack + 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-300);
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
