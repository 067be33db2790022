import type { Series } from './series.js';
import { offsetAt } from './zone.js';

/** Lines of name, time (in a timezone) and value, in Graphite's format. */
export function toCsv(series: readonly Series[], zone: string): string {
  const lines = series.flatMap(({ name, grid, values }) =>
    values.map((value, at) => `${quoted(name)},${timeIn(zone, grid.times[at] ?? 0)},${value ?? ''}\r\n`),
  );
  return lines.join('');
}

function timeIn(zone: string, seconds: number): string {
  return new Date((seconds + offsetAt(zone, seconds)) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
