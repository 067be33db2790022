import { InvalidValueError } from '../errors.js';
import { describeValue, identityOf } from '../values/value.js';
import type { Share } from './percentile-name.js';
import { ratio, real, type Weighted } from './sums.js';

type Real = number | bigint;

/**
 * The value below which a share of all values lies, by linear interpolation between the closest ranks; `null` if there
 * are none. For whole numbers it is the number nearest to the exact result.
 */
export function percentile(
  pairs: Iterable<Weighted>,
  transform: string,
  { part, whole }: Share,
): number | null {
  const sorted = realPairs(pairs, transform);
  if (sorted.length === 0) return null;
  if (sorted.some(([value]) => Number.isNaN(value))) return Number.NaN;
  sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  let count = 0n;
  for (const run of runsOf(sorted)) count += run;
  const position = part * (count - 1n);
  const rank = position / whole;
  const rest = position % whole;
  const lower = valueAt(sorted, rank);
  return rest === 0n ? Number(lower) : between(lower, valueAt(sorted, rank + 1n), rest, whole);
}

/** The standard deviation of the population; `null` if there are no values. */
export function stddev(pairs: Iterable<Weighted>): number | null {
  const given = realPairs(pairs, 'stddev');
  const [first] = given;
  if (first === undefined) return null;
  const scale = scaleOf(given);
  // Distances from one of the values are exact even if the values are larger than a number holds exactly.
  const distances = given.map(([value, weight]) => [distance(value, first[0], scale), weight] as const);
  const count = distances.reduce((all, [, weight]) => all + weight, 0);
  const mean = distances.reduce((all, [value, weight]) => all + value * weight, 0) / count;
  let squares = 0;
  let rest = 0;
  for (const [value, weight] of distances) {
    squares += (value - mean) ** 2 * weight;
    rest += (value - mean) * weight;
  }
  return Math.sqrt(Math.max(0, squares - rest ** 2 / count) / count) / scale;
}

/** The number of different values, of any kind; `null` if there are none. */
export function distinct(pairs: Iterable<Weighted>): number | null {
  const found = new Set<unknown>();
  for (const [value, weight] of pairs) if (weight > 0) found.add(identityOf(value));
  return found.size === 0 ? null : found.size;
}

function realPairs(pairs: Iterable<Weighted>, transform: string): (readonly [value: Real, weight: number])[] {
  const found: (readonly [Real, number])[] = [];
  for (const [value, weight] of pairs) {
    if (!Number.isInteger(weight) || weight < 0) {
      throw new InvalidValueError(
        `Transform "${transform}" met the count ${weight} of ${describeValue(value)}; expected whole counts`,
      );
    }
    const number = typeof value === 'bigint' ? value : real(value, transform);
    if (weight > 0) found.push([number, weight]);
  }
  return found;
}

/** The weights, added up to numbers that are safe. */
function* runsOf(pairs: readonly Weighted[]): Generator<bigint> {
  let run = 0;
  for (const [, weight] of pairs) {
    if (run + weight > Number.MAX_SAFE_INTEGER) {
      yield BigInt(run);
      run = 0;
    }
    run += weight;
  }
  yield BigInt(run);
}

/** The value at a rank, counted from 0. Each value occurs as often as its weight says. */
function valueAt(sorted: readonly (readonly [Real, number])[], rank: bigint): Real {
  let left = rank;
  let run = 0;
  let last: Real = 0;
  for (const [value, weight] of sorted) {
    if (run + weight > Number.MAX_SAFE_INTEGER) {
      left -= BigInt(run);
      run = 0;
    }
    run += weight;
    last = value;
    if (run > left) return value;
  }
  return last;
}

/** The number that lies `part / whole` of the way from one value to another. */
function between(lower: Real, upper: Real, part: bigint, whole: bigint): number {
  if (lower === upper) return Number(lower);
  const [from, to] = [exact(lower), exact(upper)];
  if (from !== null && to !== null) return ratio(from * whole + (to - from) * part, whole);
  const [a, b] = [Number(lower), Number(upper)];
  const share = Number(part) / Number(whole);
  const step = b - a;
  // As NumPy does, from the nearer end.
  if (Number.isFinite(step)) return share < 0.5 ? a + step * share : b - step * (1 - share);
  return a * (1 - share) + b * share;
}

function exact(value: Real): bigint | null {
  if (typeof value === 'bigint') return value;
  return Number.isInteger(value) ? BigInt(value) : null;
}

function distance(value: Real, from: Real, scale: number): number {
  if (typeof value === 'number' && typeof from === 'number') return value * scale - from * scale;
  const [one, other] = [exact(value), exact(from)];
  return one !== null && other !== null
    ? Number(one - other) * scale
    : (Number(value) - Number(from)) * scale;
}

/** A power of two that keeps the squares of values within the range of numbers. */
function scaleOf(pairs: readonly (readonly [Real, number])[]): number {
  let largest = 0;
  for (const [value] of pairs) largest = Math.max(largest, Math.abs(Number(value)));
  return largest > 2 ** 480 ? 2 ** -600 : largest < 2 ** -480 ? 2 ** 600 : 1;
}
