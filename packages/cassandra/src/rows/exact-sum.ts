import { longOf } from '@kairos/core';
import type { DataRow } from './row-form.js';

/** Columns that Cassandra makes of one column of many rows: enough to tell whether their sum is exact. */
export function sumColumns(column: string): string {
  return `count(${column}) AS "count", sum(${column}) AS "sum", min(${column}) AS "min", max(${column}) AS "max"`;
}

/**
 * The sum of `sumColumns`, or `null` where it may not be exact, since some of the rows may add up to more than a double
 * holds. Fractions are added as numbers are.
 */
export function exactSum(row: DataRow): number | null {
  return largestSum(row) <= Number.MAX_SAFE_INTEGER ? Number(row.sum) : null;
}

/** The same of whole numbers, which Cassandra adds as 64 bits without a word beyond. */
export function exactLongSum(row: DataRow): number | bigint | null {
  return largestSum(row) <= 2 ** 62 ? longOf(BigInt(String(row.sum ?? 0))) : null;
}

/** No sum of any of the rows is further from 0. */
function largestSum({ count, min, max }: DataRow): number {
  return Number(count) * Math.max(Math.abs(Number(min)), Math.abs(Number(max)));
}
