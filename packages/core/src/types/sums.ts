import { InvalidValueError } from '../errors.js';
import type { Value } from '../values/insertable.js';
import { describeValue } from '../values/value.js';

/** A weighted value: a value of a histogram with its count, or one of a series or set with 1. */
export type Weighted = readonly [value: Value, weight: number];

/**
 * The sum of value × weight. Sums of whole numbers are exact, however large: the result is a number if it is safe;
 * otherwise a `bigint` if the values may be bigints (`bigints`, or one of them is), else the nearest number. With
 * fractions among the values, they are added as doubles.
 */
export function sum(pairs: Iterable<Weighted>, transform: string, bigints = false): number | bigint {
  const { total, sawBigint } = add(pairs, transform);
  return finished(total, bigints || sawBigint);
}

/** A total as reads return it: beyond the safe numbers, a `bigint` if values may be bigints, else the nearest number. */
export function finished(total: number | bigint, bigints: boolean): number | bigint {
  return typeof total === 'bigint' && (!bigints || Number.isSafeInteger(Number(total)))
    ? Number(total)
    : total;
}

/** Adds two totals. */
export function addSums(one: number | bigint, other: number | bigint): number | bigint {
  return add(
    [
      [one, 1],
      [other, 1],
    ],
    'sum',
  ).total;
}

/** The mean from a total and a count above 0; for whole numbers, the nearest number. */
export function meanOf(total: number | bigint, count: number): number {
  return typeof total === 'bigint' && Number.isInteger(count)
    ? ratio(total, BigInt(count))
    : Number(total) / count;
}

/** The mean of weighted values; for whole numbers, the nearest number. 0 if there are none. */
export function mean(pairs: readonly Weighted[]): number {
  const weight = pairs.reduce((all, [, each]) => all + each, 0);
  if (weight === 0) return 0;
  return meanOf(add(pairs, 'mean').total, weight);
}

interface Sum {
  /** A `bigint` only if it is whole and beyond the safe numbers. */
  readonly total: number | bigint;
  readonly sawBigint: boolean;
}

function add(pairs: Iterable<Weighted>, transform: string): Sum {
  // Whole numbers are added as doubles as long as every sum is safe. The rest goes to `large`.
  let small = 0;
  let large = 0n;
  let sawBigint = false;
  for (const [value, weight] of pairs) {
    if (typeof value === 'bigint') {
      sawBigint = true;
      if (Number.isInteger(weight)) large += value * BigInt(weight);
      else small += Number(value) * weight;
      continue;
    }
    const number = real(value, transform);
    const product = number * weight;
    const next = small + product;
    const fraction = !(Number.isInteger(number) && Number.isInteger(weight) && Number.isInteger(small));
    // A rounded product may lead back to a safe sum.
    if (fraction || (Number.isSafeInteger(product) && Number.isSafeInteger(next))) {
      small = next;
    } else {
      large += BigInt(small) + BigInt(number) * BigInt(weight);
      small = 0;
    }
  }
  if (large === 0n) return { total: small, sawBigint };
  if (!Number.isInteger(small)) return { total: Number(large) + small, sawBigint };
  const whole = large + BigInt(small);
  return { total: Number.isSafeInteger(Number(whole)) ? Number(whole) : whole, sawBigint };
}

/** The number nearest to a quotient. Both parts may be larger than a number holds. */
export function ratio(dividend: bigint, divisor: bigint): number {
  const sign = dividend < 0n === divisor < 0n ? 1 : -1;
  const [upper, lower] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  // Enough bits for the last one to stand for the remainder, so that rounding is right.
  const shift = upper >> 64n < lower ? 128 : 0;
  const shifted = upper << BigInt(shift);
  const rest = shifted % lower === 0n ? 0n : 1n;
  return (sign * Number((shifted / lower) | rest)) / 2 ** shift;
}

export function real(value: Value, transform: string): number {
  if (typeof value === 'number') return value;
  throw new InvalidValueError(
    `Transform "${transform}" met ${describeValue(value)}; expected numbers (a readFunc such as Number makes them)`,
  );
}
