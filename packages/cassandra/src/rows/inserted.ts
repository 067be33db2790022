import type { ValueType } from '../values/value-type.js';
import { bindInsert, type DataRow, insertInto, type RowForm } from './row-form.js';

const always = () => true;

/** A row for each value, ordered by when its write arrived and by its place in it. */
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
  };
}

/** One row for each bucket: the last write is the one that Cassandra keeps. */
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
  };
}

/** A row for each member. */
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

/** A row for each write that added to a bucket: amounts with fractions, which are summed when they are read. */
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
};

/** Halved often enough that no sum on the way is infinite, whatever their number and order. */
const SCALE = 2 ** -64;

/** Amounts on either side of 0 may come back from a sum that is more than a double holds. */
function sumOf(rows: readonly DataRow[]): number {
  const sum = rows.reduce((before, row) => before + Number(row.amount), 0);
  if (Number.isFinite(sum)) return sum;
  return rows.reduce((before, row) => before + Number(row.amount) * SCALE, 0) / SCALE;
}
