import { clientOption } from './client-options.js';

/** What the client takes for integer columns: numbers, or `bigint`s where it is told to use those. */
export type IntegerColumn = (integer: number) => number | bigint;

export function integerColumnOf(client: object): IntegerColumn {
  return clientOption(client, 'encoding', 'useBigIntAsLong') === true ? BigInt : (integer) => integer;
}

/** An integer column as the driver returns it: a `Long`, or a `bigint` where the client is told to use those. */
export function integerOf(column: unknown): number {
  if (typeof column === 'object' && column !== null && 'toNumber' in column) {
    const { toNumber } = column;
    if (typeof toNumber === 'function') return Number(toNumber.call(column));
  }
  return column === null || column === undefined ? 0 : Number(column);
}
