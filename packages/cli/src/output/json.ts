import { plain } from './plain.js';
import type { Row, Table } from './table.js';

/** An array with one object per row: `timestamp` (Unix seconds), and the columns by name. */
export function* json(table: Table): Generator<string> {
  let before = '[\n';
  for (const row of table.rows) {
    yield `${before}  ${objectOf(table, row)}`;
    before = ',\n';
  }
  yield table.rows.length === 0 ? '[]\n' : '\n]\n';
}

/** The same objects, one per line. */
export function* ndjson(table: Table): Generator<string> {
  for (const row of table.rows) yield `${objectOf(table, row)}\n`;
}

function objectOf({ columns }: Table, { timestamp, cells }: Row): string {
  const entries = columns.map((column, index) => [column, plain(cells[index])]);
  return JSON.stringify(Object.fromEntries([['timestamp', timestamp], ...entries]));
}
