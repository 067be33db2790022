import type { Statistic, StoredData, TimeseriesType } from '@kairos/core';
import type { types } from 'cassandra-driver';
import type { IntegerColumn } from '../session/integer.js';
import type { CqlType } from '../values/value-type.js';

/** A row of a data table, as far as its form selects it, with `bucket` and `resolution`. */
export type DataRow = types.Row;

/** What rows need beside the data. */
export interface RowContext {
  /** The identifier of the moment at which the write began; empty where rows are counters. */
  readonly arrival: string;
  readonly integer: IntegerColumn;
}

/** How the data of one type lies in rows below the key of a bucket. */
export interface RowForm<T extends TimeseriesType = TimeseriesType> {
  /** What the table's name ends with. */
  readonly suffix: string;
  /** The columns below the bucket's key, as they are declared. */
  readonly columns: string;
  /** Those of them that belong to the primary key. */
  readonly clustering: readonly string[];
  /** The column of the values, where there is one. */
  readonly value: { readonly column: string; readonly cql: CqlType } | null;
  /** Whether the table is one of counters: whole numbers, no TTL, and updates that may not be applied twice. */
  readonly counter: boolean;
  /** The columns to read. */
  readonly selected: string;
  /** The statement that writes a row; it is bound to what `bind` returns. */
  write(table: string): string;
  /** What a row is besides its key: one for each row of some data. */
  rowsOf(data: StoredData<T>, context: RowContext): Iterable<readonly unknown[]>;
  /** `key` is name, interval, window, bucket and resolution; `ttl` is in seconds, 0 for none. */
  bind(key: readonly unknown[], row: readonly unknown[], ttl: number): unknown[];
  /** Whether a row holds data: counters that were taken back to nothing do not. */
  isData(row: DataRow): boolean;
  /** The data of a bucket from its rows, all of which hold data. */
  dataOf(rows: readonly DataRow[]): unknown;
  /**
   * What Cassandra can make of many rows in place of them, or of the values in them where statistics suffice; `null`,
   * or left out, where that is nothing.
   */
  aggregate?(statistics: ReadonlySet<Statistic> | null): Aggregate | null;
}

/** One row in place of many, with the `bucket` and `resolution` of one of them. */
export interface Aggregate {
  /** The columns to read. */
  readonly selected: string;
  /** Whether the last row stands for all. */
  readonly last: boolean;
  /** What the row holds: `undefined` for no data, and `null` where Cassandra cannot tell it exactly. */
  dataOf(row: DataRow): unknown;
}

/** A form of counters, whose rows cannot be deleted and written again: their counts are taken back instead. */
export interface CounterForm<T extends TimeseriesType = TimeseriesType> extends RowForm<T> {
  /** The statement that takes a row back; it is bound to what `bindErasure` returns. */
  erase(table: string): string;
  /** `null` where there is nothing to take back. */
  bindErasure(key: readonly unknown[], row: DataRow): unknown[] | null;
}

export const KEY_COLUMNS = ['name', 'interval', 'window', 'bucket', 'resolution'] as const;
export const WHERE_BUCKET = KEY_COLUMNS.map((column) => `${column} = ?`).join(' AND ');

/** An INSERT of a bucket's key and some columns. */
export function insertInto(table: string, columns: readonly string[]): string {
  const all = [...KEY_COLUMNS, ...columns];
  return `INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')}) USING TTL ?`;
}

export const bindInsert: RowForm['bind'] = (key, row, ttl) => [...key, ...row, ttl];

export function isCounterForm<T extends TimeseriesType>(form: RowForm<T>): form is CounterForm<T> {
  return form.counter;
}
