import type { TimeseriesType } from '@kairos/core';
import type { RowForm } from './rows/row-form.js';

/** A table and the declaration of its columns and primary key. */
export interface Table {
  readonly name: string;
  /** Quoted, with its keyspace, ready for a statement. */
  readonly qualified: string;
  readonly definition: string;
  /** A condition that selects one partition, which is always empty. */
  readonly nowhere: string;
}

/**
 * The tables of one timeseries in a keyspace. Its data has a table of its own. Three small tables are shared by all
 * timeseries of the keyspace; their column `series` holds `<tableName>_<type>`:
 *
 * ```text
 * kairos_count    name    interval  window  bucket    resolution | amount  nonpositive  (option tableName: "kairos")
 *                 home    minute    283     28333333  0          | 3
 * kairos_names    series        shard  name  interval | hint      touched
 *                 kairos_count  7      home  minute   | 28333333  1700000000000000
 * kairos_windows  series        name  interval  window
 *                 kairos_count  home  minute    283
 * kairos_records  series        record
 *                 kairos_count  [["minute",60,null,"UTC",null]]
 * ```
 *
 * A partition of data is one name, interval and window of buckets (see `windows.ts`).
 */
export interface Layout {
  readonly keyspace: string;
  readonly series: string;
  readonly data: Table;
  readonly names: Table;
  readonly windows: Table;
  readonly records: Table;
}

export function layoutOf(keyspace: string, tableName: string, type: TimeseriesType, form: RowForm): Layout {
  const table = (name: string, definition: string, nowhere: string): Table => ({
    name,
    qualified: `"${keyspace}"."${name}"`,
    definition,
    nowhere,
  });
  const key = ['bucket', 'resolution', ...form.clustering].join(', ');
  return {
    keyspace,
    series: `${tableName}_${type}`,
    data: table(
      `${tableName}_${form.suffix}`,
      `name text, interval text, window bigint, bucket bigint, resolution bigint, ${form.columns}, PRIMARY KEY ((name, interval, window), ${key})`,
      "name = '' AND interval = '' AND window = 0",
    ),
    names: table(
      'kairos_names',
      'series text, shard int, name text, interval text, hint bigint, touched bigint, PRIMARY KEY ((series, shard), name, interval)',
      "series = '' AND shard = 0",
    ),
    windows: table(
      'kairos_windows',
      'series text, name text, interval text, window bigint, PRIMARY KEY ((series, name), interval, window)',
      "series = '' AND name = ''",
    ),
    records: table(
      'kairos_records',
      'series text PRIMARY KEY, record text, layout text, holder text',
      "series = ' '",
    ),
  };
}

/** The statement that creates a table. */
export function createTable({ qualified, definition }: Table): string {
  return `CREATE TABLE IF NOT EXISTS ${qualified} (${definition})`;
}
