import { type Statistic, Summary } from '@kairos/core';
import { integerOf } from '../session/integer.js';
import type { ValueType } from '../values/value-type.js';
import { exactLongSum, exactSum, sumColumns } from './exact-sum.js';
import { type Aggregate, bindInsert, type DataRow, insertInto, type RowForm } from './row-form.js';

const always = () => true;

/** One row for each value, ordered by the time of its write and its position in that write. */
export function seriesRows(values: ValueType): RowForm<'series'> {
  return {
    suffix: 'series',
    columns: `arrived timeuuid, position int, value ${values.cql}`,
    clustering: ['arrived', 'position'],
    value: { column: 'value', cql: values.cql },
    counter: false,
    selected: 'value',
    write: (table) => insertInto(table, ['arrived', 'position', 'value']),
    rowsOf: function* (data, { arrival }) {
      for (const [position, value] of data.entries()) yield [arrival, position, values.toColumn(value)];
    },
    bind: bindInsert,
    isData: always,
    dataOf: (rows) => rows.map((row) => values.fromColumn(row.value)),
    aggregate: (statistics) => (statistics === null ? null : statisticsOf(values, statistics)),
  };
}

/** Statistics of numbers only: Cassandra orders text by its bytes and decimals as numbers, and core does not. */
function statisticsOf(values: ValueType, statistics: ReadonlySet<Statistic>): Aggregate | null {
  if (statistics.size === 1 && statistics.has('count')) {
    return {
      selected: 'count(value) AS "count"',
      last: false,
      dataOf: (row) => new Summary({ count: integerOf(row.count) }),
    };
  }
  if (values.cql !== 'double' && values.cql !== 'bigint') return null;
  const sumOfRow = values.cql === 'double' ? exactSum : exactLongSum;
  return {
    selected: sumColumns('value'),
    last: false,
    dataOf: (row) => {
      const sum = sumOfRow(row);
      if (sum === null && statistics.has('sum')) return null;
      const [min, max] = [values.fromColumn(row.min), values.fromColumn(row.max)];
      return new Summary({ count: integerOf(row.count), sum: sum ?? undefined, min, max });
    },
  };
}

/** One row for each bucket. Cassandra keeps the last write. */
export function gaugeRows(values: ValueType): RowForm<'gauge'> {
  return {
    suffix: 'gauge',
    columns: `value ${values.cql}`,
    clustering: [],
    value: { column: 'value', cql: values.cql },
    counter: false,
    selected: 'value',
    write: (table) => insertInto(table, ['value']),
    rowsOf: (data) => (data === null ? [] : [[values.toColumn(data)]]),
    bind: bindInsert,
    isData: always,
    dataOf: ([row]) => (row === undefined ? null : values.fromColumn(row.value)),
    aggregate: () => ({ selected: 'value', last: true, dataOf: (row) => values.fromColumn(row.value) }),
  };
}

/** One row for each member. */
export function setRows(values: ValueType): RowForm<'set'> {
  return {
    suffix: 'set',
    columns: `value ${values.cql}`,
    clustering: ['value'],
    value: { column: 'value', cql: values.cql },
    counter: false,
    selected: 'value',
    write: (table) => insertInto(table, ['value']),
    rowsOf: function* (data) {
      for (const value of data) yield [values.toColumn(value)];
    },
    bind: bindInsert,
    isData: always,
    dataOf: (rows) => new Set(rows.map((row) => values.fromColumn(row.value))),
  };
}

/** One row for each write to a bucket, which reads add up. Amounts may have fractions. */
export const deltaRows: RowForm<'count'> = {
  suffix: 'count_deltas',
  columns: 'arrived timeuuid, amount double',
  clustering: ['arrived'],
  value: null,
  counter: false,
  selected: 'amount',
  write: (table) => insertInto(table, ['arrived', 'amount']),
  rowsOf: (data, { arrival }) => [[arrival, data]],
  bind: bindInsert,
  isData: always,
  dataOf: sumOf,
  aggregate: () => ({ selected: sumColumns('amount'), last: false, dataOf: exactSum }),
};

/** A power of two, small enough that no partial sum of scaled amounts is infinite. */
const SCALE = 2 ** -64;

/** A partial sum may be infinite although the total, of amounts above and below 0, is not. */
function sumOf(rows: readonly DataRow[]): number {
  const sum = rows.reduce((before, row) => before + Number(row.amount), 0);
  if (Number.isFinite(sum)) return sum;
  return rows.reduce((before, row) => before + Number(row.amount) * SCALE, 0) / SCALE;
}
