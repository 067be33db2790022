import { isBytes } from '@kairos/core';
import { arrayLiteral } from '../dialect/array-literal.js';
import type { Dialect } from '../dialect/dialect.js';
import type { Layout } from '../layout.js';
import type { Session } from '../session/session.js';
import type { RowList } from './row-list.js';

/** The rows of one insert. Parameters come row by row, or on PostgreSQL as one array per column. */
export interface Batch {
  readonly rows: number;
  readonly parameters: readonly unknown[];
}

/** Maximum size in bytes of a row with three keys and no other long value. */
const SHORT_ROW = 2048;

/** Divides rows into as few inserts as the server's limits allow. */
export function* batches(list: RowList, { valueType }: Layout, session: Session): Generator<Batch> {
  const { dialect, bytesPerStatement } = session;
  const { rows } = list;
  if (rows === 0) return;
  const most = dialect.asArrays(rows)
    ? dialect.rowsPerInsert
    : Math.min(dialect.rowsPerInsert, Math.floor(dialect.parametersPerStatement / list.width));
  const surelyFit = !valueType.long && Math.min(rows, most) * SHORT_ROW <= bytesPerStatement;
  const sizes = surelyFit ? null : sizesOf(list);
  const fits = (start: number, end: number) => sizes === null || sum(sizes, start, end) <= bytesPerStatement;
  const batch = (start: number, end: number): Batch => ({
    rows: end - start,
    parameters: dialect.asArrays(end - start) ? arraysOf(list, start, end, dialect) : list.slice(start, end),
  });
  if (rows <= most && fits(0, rows)) {
    yield batch(0, rows);
    return;
  }
  for (let start = 0; start < rows; ) {
    // All sizes but the largest are powers of two, so few statements are compiled, each once.
    let size = rows - start >= most ? most : 2 ** Math.floor(Math.log2(rows - start));
    while (size > 1 && !fits(start, start + size)) size = 2 ** (Math.ceil(Math.log2(size)) - 1);
    yield batch(start, start + size);
    start += size;
  }
}

/** The rows from `start` to `end`, exclusive, as one parameter per column. */
export function arraysOf(
  list: RowList,
  start: number,
  end: number,
  { nullInArray }: Pick<Dialect, 'nullInArray'>,
): unknown[] {
  return list.columns(start, end, nullInArray).map(arrayLiteral);
}

/** The most that each row can take in a statement, in bytes. Bytes are sent as hexadecimal digits. */
function sizesOf(list: RowList): Float64Array {
  const sizes = new Float64Array(list.rows).fill(32 * list.width);
  list.forEach((parameter, row) => {
    if (typeof parameter === 'string' || (typeof parameter === 'object' && isBytes(parameter))) {
      sizes[row] = (sizes[row] ?? 0) + parameter.length * 2;
    }
  });
  return sizes;
}

function sum(sizes: Float64Array, start: number, end: number): number {
  let total = 0;
  for (const size of sizes.subarray(start, end)) total += size;
  return total;
}
