import { isMap, type StoredData, Summary } from '@kairos/core';
import { integerOf } from '../session/integer.js';
import type { ValueType } from '../values/value-type.js';
import { exactSum, sumColumns } from './exact-sum.js';
import { type Aggregate, type CounterForm, type DataRow, WHERE_BUCKET } from './row-form.js';

/** The exact value of a counter column. It may exceed 2^53 although no single amount does. */
function counterOf(row: DataRow, column: string): bigint {
  const value: unknown = row[column];
  return value === null || value === undefined ? 0n : BigInt(String(value));
}

/**
 * The first amount of a write that is not exact, `undefined` if all are. Exact amounts may add up to such a sum, which
 * the driver would round.
 */
export function inexactAmount(data: StoredData): number | undefined {
  const amounts: Iterable<unknown> = isMap(data) ? data.values() : [data];
  for (const amount of amounts)
    if (typeof amount === 'number' && !Number.isSafeInteger(amount)) return amount;
  return undefined;
}

/**
 * One row with one counter for each bucket. A second one counts the writes of amounts that are not positive:
 * only these can add up to 0, which is data, unlike a counter that was reset.
 */
export const countRows: CounterForm<'count'> = {
  suffix: 'count',
  columns: 'amount counter, nonpositive counter',
  clustering: [],
  value: null,
  counter: true,
  selected: 'amount, nonpositive',
  write: (table, { length }) =>
    `UPDATE ${table} SET amount = amount + ?${length > 1 ? ', nonpositive = nonpositive + ?' : ''} WHERE ${WHERE_BUCKET}`,
  rowsOf: (data, { integer }) => [data > 0 ? [integer(data)] : [integer(data), integer(1)]],
  bind: (key, row) => [...row, ...key],
  isData: (row) => integerOf(row.amount) !== 0 || integerOf(row.nonpositive) !== 0,
  dataOf: ([row]) => (row === undefined ? 0 : integerOf(row.amount)),
  // Counters that were reset add nothing.
  aggregate: () => ({ selected: sumColumns('amount'), last: false, dataOf: exactSum }),
  erase: (table) =>
    `UPDATE ${table} SET amount = amount - ?, nonpositive = nonpositive - ? WHERE ${WHERE_BUCKET}`,
  bindErasure: (key, row) =>
    countRows.isData(row)
      ? [String(counterOf(row, 'amount')), String(counterOf(row, 'nonpositive')), ...key]
      : null,
};

const countOfOccurrences: Aggregate = {
  selected: sumColumns('occurrences'),
  last: false,
  dataOf: (row) => {
    const count = exactSum(row);
    return count === null ? null : count === 0 ? undefined : new Summary({ count });
  },
};

/** One row with one counter for each value of a bucket. */
export function histogramRows(values: ValueType): CounterForm<'histogram'> {
  const where = `${WHERE_BUCKET} AND value = ?`;
  return {
    suffix: 'histogram',
    columns: `value ${values.cql}, occurrences counter`,
    clustering: ['value'],
    value: { column: 'value', cql: values.cql },
    counter: true,
    selected: 'value, occurrences',
    write: (table) => `UPDATE ${table} SET occurrences = occurrences + ? WHERE ${where}`,
    rowsOf: function* (data, { integer }) {
      for (const [value, occurrences] of data) yield [integer(occurrences), values.toColumn(value)];
    },
    bind: (key, [occurrences, value]) => [occurrences, ...key, value],
    isData: (row) => integerOf(row.occurrences) !== 0,
    dataOf: (rows) => new Map(rows.map((row) => [values.fromColumn(row.value), integerOf(row.occurrences)])),
    // Cassandra's `min` and `max` would still count a value whose counter was reset.
    aggregate: (statistics) =>
      statistics?.size === 1 && statistics.has('count') ? countOfOccurrences : null,
    erase: (table) => `UPDATE ${table} SET occurrences = occurrences - ? WHERE ${where}`,
    bindErasure: (key, row) => {
      const occurrences = counterOf(row, 'occurrences');
      return occurrences === 0n ? null : [String(occurrences), ...key, row.value];
    },
  };
}
