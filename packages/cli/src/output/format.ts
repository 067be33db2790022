import { aligned } from './aligned.js';
import { chart } from './chart.js';
import { csv } from './csv.js';
import { json, ndjson } from './json.js';
import type { Table } from './table.js';

/** The output formats of a table. */
export const formats: { readonly [name: string]: (table: Table) => Iterable<string> } = {
  table: aligned,
  csv,
  json,
  ndjson,
  chart,
};
