import { type BucketRow, Summary, type Value } from '@kairos/core';
import type { Column } from '../dialect/column.js';
import type { Place, RowFormat } from '../rows.js';

/** Converts rows of statistics, given the order of their columns. */
export function* summaries(
  rows: readonly (readonly unknown[])[],
  columns: readonly Column[],
  nameOf: (key: unknown) => string,
  format: RowFormat,
  place: Place,
): Generator<BucketRow> {
  const cell = (name: string) => {
    const index = columns.findIndex((column) => column.name === name);
    const column = columns[index];
    if (column === undefined) return undefined;
    const read = format.readerOf(column.kind);
    return (row: readonly unknown[]) => read(row[index]);
  };
  const [name, bucket, resolution] = [cell('name'), cell('bucket'), cell('resolution')];
  const window = cell('window');
  const [count, sum, min, max] = [cell('count'), cell('sum'), cell('min'), cell('max')];
  for (const row of rows) {
    const rowBucket = bucket === undefined ? place.bucket : Number(bucket(row));
    yield {
      name: nameOf(name?.(row)),
      bucket: rowBucket,
      resolution:
        resolution === undefined ? place.resolutionOf(rowBucket, window?.(row)) : Number(resolution(row)),
      data: new Summary({
        count: count && Number(count(row)),
        sum: sum && total(sum(row)),
        min: min && value(min(row)),
        max: max && value(max(row)),
      }),
    };
  }
}

/** Removes the sign of -0 from a double. No stored value is -0. */
function total(sum: unknown): number | bigint {
  return typeof sum === 'bigint' ? sum : Number(sum) + 0;
}

function value(extreme: unknown): Value {
  return typeof extreme === 'bigint' ? extreme : Number(extreme);
}
