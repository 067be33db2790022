import { UsageError } from '../exit-codes.js';
import type { Table } from './table.js';

/** A line of a chart: the numbers of a column, `null` for gaps. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Converts the columns of a table to lines. Refuses values that are not numbers. */
export function linesOf({ columns, rows }: Table): Line[] {
  return columns.map((name, column) => ({
    name,
    values: rows.map(({ cells }) => {
      const value = cells[column] ?? null;
      if (value === null || typeof value === 'number') return value;
      if (typeof value === 'bigint') return Number(value);
      throw new UsageError(
        `The data of "${name}" is not a number, which a chart needs; expected a --transform that returns one, such as count or p95`,
      );
    }),
  }));
}

/** About `about` round numbers that span `least` to `most`. */
export function ticksOf(least: number, most: number, about: number): number[] {
  const rough = (most - least) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10);
  const [first, last] = [Math.floor(least / step), Math.ceil(most / step)];
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
