import { longOf } from '@kairos/core';
import type { DataRow } from './row-form.js';

/** Aggregates of a column that are enough to tell whether its sum is exact. */
export function sumColumns(column: string): string {
  return `count(${column}) AS "count", sum(${column}) AS "sum", min(${column}) AS "min", max(${column}) AS "max"`;
}

/**
 * The sum in `sumColumns`, or `null` if it may not be exact because some of the rows may add up to more than 2^53.
 * Fractions are added as doubles.
 */
export function exactSum(row: DataRow): number | null {
  return largestSum(row) <= Number.MAX_SAFE_INTEGER ? Number(row.sum) : null;
}

/** The same for 64-bit integers. Cassandra's sum of these overflows silently. */
export function exactLongSum(row: DataRow): number | bigint | null {
  return largestSum(row) <= 2 ** 62 ? longOf(BigInt(String(row.sum ?? 0))) : null;
}

/** The sum of any of the rows is at most this far from 0. */
function largestSum({ count, min, max }: DataRow): number {
  return Number(count) * Math.max(Math.abs(Number(min)), Math.abs(Number(max)));
}
