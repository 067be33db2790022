import { plain } from './plain.js';
import type { Table } from './table.js';

/** A column `timestamp` (Unix seconds), then those of the table. */
export function* csv({ columns, rows }: Table): Generator<string> {
  yield csvLine(['timestamp', ...columns]);
  for (const { timestamp, cells } of rows) yield csvLine([String(timestamp), ...cells.map(csvCell)]);
}

/** Numbers and texts unchanged, nothing for null, other data as JSON. */
function csvCell(data: unknown): string {
  if (data === null || data === undefined) return '';
  return typeof data === 'object' ? JSON.stringify(plain(data)) : String(data);
}

/** One line by RFC 4180. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}
