import { isBytes } from '@kairos/core';
import { arrayLiteral } from '../dialect/array-literal.js';
import type { Dialect } from '../dialect/dialect.js';
import type { Layout } from '../layout.js';
import type { Session } from '../session/session.js';

/** The rows of one insert. Parameters come row by row, or on PostgreSQL as one array per column. */
export interface Batch {
  readonly rows: number;
  readonly parameters: readonly unknown[];
}

/** Maximum size in bytes of a row with three keys and no other long value. */
const SHORT_ROW = 2048;

/** Divides rows, given as parameters, into as few inserts as the server's limits allow. */
export function* batches(
  parameters: readonly unknown[],
  rows: number,
  { valueType }: Layout,
  session: Session,
): Generator<Batch> {
  const { dialect, bytesPerStatement } = session;
  if (rows === 0) return;
  const width = parameters.length / rows;
  const most = dialect.asArrays(rows)
    ? dialect.rowsPerInsert
    : Math.min(dialect.rowsPerInsert, Math.floor(dialect.parametersPerStatement / width));
  const surelyFit = !valueType.long && rows * SHORT_ROW <= bytesPerStatement;
  const sizes = surelyFit ? null : sizesOf(parameters, width);
  const fits = (start: number, end: number) => sizes === null || sum(sizes, start, end) <= bytesPerStatement;
  const batch = (start: number, end: number): Batch => {
    const part = end - start === rows ? parameters : parameters.slice(start * width, end * width);
    return {
      rows: end - start,
      parameters: dialect.asArrays(end - start) ? columnsOf(part, width, dialect) : part,
    };
  };
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

function columnsOf(
  parameters: readonly unknown[],
  width: number,
  { nullInArray = null }: Dialect,
): unknown[] {
  return Array.from({ length: width }, (_, column) => {
    const values: unknown[] = [];
    for (let at = column; at < parameters.length; at += width) values.push(parameters[at] ?? nullInArray);
    return arrayLiteral(values);
  });
}

/** Approximate size of each row in a statement, in bytes. Bytes are sent as hexadecimal digits. */
function sizesOf(parameters: readonly unknown[], width: number): Float64Array {
  const sizes = new Float64Array(parameters.length / width);
  for (const [index, parameter] of parameters.entries()) {
    const long = isBytes(parameter) || typeof parameter === 'string';
    const row = Math.floor(index / width);
    sizes[row] = (sizes[row] ?? 0) + 32 + (long ? parameter.length * 2 : 0);
  }
  return sizes;
}

function sum(sizes: Float64Array, start: number, end: number): number {
  let total = 0;
  for (const size of sizes.subarray(start, end)) total += size;
  return total;
}
