import { InvalidValueError } from '../errors.js';
import { describeValue, type Value } from './value.js';

/** A weighted value: a value of a histogram with its count, or one of a series or set with 1. */
export type Weighted = readonly [value: Value, weight: number];

/** The sum of value × weight: exact for whole numbers beyond 2^53 where a `bigint` is among them. */
export function sum(pairs: Iterable<Weighted>, transform: string): number | bigint {
  let total = 0;
  let large = 0n;
  let exact = false;
  for (const [value, weight] of pairs) {
    if (typeof value === 'bigint') {
      exact = true;
      large += value * BigInt(weight);
    } else {
      total += real(value, transform) * weight;
    }
  }
  if (!exact) return total;
  if (!Number.isInteger(total)) return Number(large) + total;
  const whole = large + BigInt(total);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

export function mean(pairs: readonly Weighted[]): number {
  const weight = pairs.reduce((all, [, each]) => all + each, 0);
  return weight === 0 ? 0 : Number(sum(pairs, 'mean')) / weight;
}

/** The least or greatest of numbers or of strings; 0 where there are none. */
export function extreme(values: Iterable<Value>, transform: 'min' | 'max'): Value {
  const sign = transform === 'min' ? -1 : 1;
  let found: Value | undefined;
  for (const value of values) {
    if (found === undefined) {
      found = ordered(value, transform);
      continue;
    }
    const comparable = kindOf(found) === kindOf(value);
    if (!comparable) {
      throw new InvalidValueError(
        `Transform "${transform}" cannot compare ${describeValue(found)} with ${describeValue(value)}; expected numbers alone or strings alone`,
      );
    }
    if (sign * (value > found ? 1 : value < found ? -1 : 0) > 0) found = value;
  }
  return found ?? 0;
}

function kindOf(value: Value): string {
  if (typeof value === 'bigint' || typeof value === 'number') return 'number';
  return value instanceof Date ? 'date' : typeof value;
}

function ordered(value: Value, transform: string): Value {
  return kindOf(value) === 'object' || typeof value === 'boolean' ? real(value, transform) : value;
}

function real(value: Value, transform: string): number {
  if (typeof value === 'number') return value;
  throw new InvalidValueError(
    `Transform "${transform}" met ${describeValue(value)}; expected numbers (a readFunc such as Number makes them)`,
  );
}
