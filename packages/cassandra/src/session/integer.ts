import { clientOption } from './client-options.js';

/** Converts to the client's form of integer columns: numbers, or `bigint`s if it is configured for those. */
export type IntegerColumn = (integer: number) => number | bigint;

export function integerColumnOf(client: object): IntegerColumn {
  return clientOption(client, 'encoding', 'useBigIntAsLong') === true ? BigInt : (integer) => integer;
}

/** The number in an integer column, which the driver returns as a `Long`, or as a `bigint` if configured. */
export function integerOf(column: unknown): number {
  if (typeof column === 'object' && column !== null && 'toNumber' in column) {
    const { toNumber } = column;
    if (typeof toNumber === 'function') return Number(toNumber.call(column));
  }
  return column === null || column === undefined ? 0 : Number(column);
}
