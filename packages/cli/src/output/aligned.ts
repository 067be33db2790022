import { DateTime } from 'luxon';
import { plain } from './plain.js';
import type { Table } from './table.js';

/** Columns for reading: times as dates in the timezone, numbers aligned to the right. */
export function* aligned({ columns, rows, timezone }: Table): Generator<string> {
  yield* alignedLines(
    ['timestamp', ...columns],
    rows.map(({ timestamp, cells }) => [dateOf(timestamp, timezone), ...cells.map(show)]),
  );
}

/** A date and time without trailing zeros. */
export function dateOf(timestamp: number, timezone: string): string {
  const time = DateTime.fromSeconds(timestamp, { zone: timezone });
  const format = timestamp % 1 !== 0 ? 'HH:mm:ss.SSS' : time.second !== 0 ? 'HH:mm:ss' : 'HH:mm';
  return time.toFormat(`yyyy-MM-dd ${format}`);
}

/** Lines of cells under a header. Columns of numbers are aligned to the right. */
export function* alignedLines(
  head: readonly string[],
  lines: readonly (readonly string[])[],
): Generator<string> {
  const widths = head.map((title, column) =>
    lines.reduce((widest, cells) => Math.max(widest, (cells[column] ?? '').length), title.length),
  );
  const isNumber = head.map((_, column) =>
    lines.every((cells) => /^-?[\d.]*(e[+-]\d+)?$/.test(cells[column] ?? '')),
  );
  for (const cells of [head, ...lines]) {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumber[column] === true && lines.length > 0 ? cell.padStart(width) : cell.padEnd(width);
    });
    yield `${padded.join('  ').trimEnd()}\n`;
  }
}

function show(data: unknown): string {
  if (data === null || data === undefined) return '';
  if (data instanceof Map)
    return [...data].map(([value, count]) => `${show(value)}×${show(count)}`).join(' ');
  if (data instanceof Set || Array.isArray(data)) return [...data].map(show).join(' ');
  if (data instanceof Date) return data.toISOString();
  // Characters that would break the cell or the line.
  if (typeof data === 'string') return /[\s\p{Cc}]/u.test(data) ? JSON.stringify(data) : data;
  return typeof data === 'object' ? JSON.stringify(plain(data)) : String(data);
}
