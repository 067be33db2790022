import { DateTime } from 'luxon';
import { Canvas } from './canvas.js';
import { type Line, linesOf, ticksOf } from './numbers.js';
import type { Table } from './table.js';

export interface ChartSize {
  /** In characters. */
  readonly width: number;
  readonly height: number;
  /** Whether to use colours. */
  readonly colour: boolean;
}

const COLOURS = [36, 33, 35, 32, 34, 31];

/** The width of the terminal. No colours if there is no terminal, or if NO_COLOR is set. */
export function terminalSize(): ChartSize {
  const { columns, rows, isTTY } = process.stdout;
  const colour = isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  const width = columns ?? (Number(process.env.COLUMNS) || 80);
  return { width: Math.max(30, width), height: Math.max(8, Math.min(20, (rows ?? 24) - 4)), colour };
}

/** Draws the columns of a table as lines, with values on the left and times below. */
export function* chart(table: Table, size: ChartSize = terminalSize()): Generator<string> {
  const lines = linesOf(table);
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null));
  if (values.length === 0) {
    yield 'no data\n';
    return;
  }
  const scale = scaleOf(values, size.height);
  const labels = new Map(scale.ticks.map((tick) => [scale.rowOf(tick), shorten(tick)]));
  const margin = Math.max(...[...labels.values()].map((label) => label.length));
  const canvas = new Canvas(size.width - margin - 3, size.height);
  for (const [index, line] of lines.entries()) draw(canvas, line, index, scale);
  const paint = (text: string, line: number) =>
    size.colour && lines.length > 1 ? `\u001b[${COLOURS[line % COLOURS.length]}m${text}\u001b[0m` : text;
  if (lines.length > 1) yield `${lines.map(({ name }, index) => paint(`▪ ${name}`, index)).join('  ')}\n`;
  for (const [row, text] of canvas.rows(paint).entries()) {
    const label = labels.get(row);
    yield `${(label ?? '').padStart(margin)} ${label === undefined ? '│' : '┤'} ${text}`
      .trimEnd()
      .concat('\n');
  }
  yield* timeAxis(table, margin, canvas.width);
}

interface Scale {
  readonly ticks: readonly number[];
  /** The row of characters, counted from the top. */
  rowOf(value: number): number;
  /** The row of dots. Each character has four. */
  dotOf(value: number): number;
}

function scaleOf(values: readonly number[], height: number): Scale {
  const [lowest, highest] = [
    values.reduce((a, b) => Math.min(a, b)),
    values.reduce((a, b) => Math.max(a, b)),
  ];
  // Starts at 0 if that costs little space, because amounts compare better that way.
  const from = lowest > 0 && lowest < highest * 0.6 ? 0 : lowest;
  const to = highest > from ? highest : from + (Math.abs(from) || 1);
  const ticks = ticksOf(from, to, Math.max(2, Math.floor(height / 3)));
  const [least, most] = [ticks[0] ?? from, ticks.at(-1) ?? to];
  const dotOf = (value: number) => Math.round(((most - value) / (most - least)) * (height * 4 - 1));
  return { ticks, dotOf, rowOf: (value) => Math.floor(dotOf(value) / 4) };
}

function draw(canvas: Canvas, { values }: Line, line: number, scale: Scale): void {
  const most = canvas.width * 2 - 1;
  const xOf = (index: number) => (values.length === 1 ? 0 : Math.round((index / (values.length - 1)) * most));
  let before: { x: number; y: number } | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      before = null;
      continue;
    }
    const point = { x: xOf(index), y: scale.dotOf(value) };
    canvas.line(before ?? point, point, line);
    before = point;
  }
}

function* timeAxis({ rows, timezone }: Table, margin: number, width: number): Generator<string> {
  const [first, last] = [rows[0]?.timestamp ?? 0, rows.at(-1)?.timestamp ?? 0];
  const format = last - first > 3 * 86_400 ? 'yyyy-MM-dd' : last - first >= 600 ? 'MM-dd HH:mm' : 'HH:mm:ss';
  const labelOf = (index: number) =>
    DateTime.fromSeconds(rows[index]?.timestamp ?? 0, { zone: timezone }).toFormat(format);
  const count = Math.max(1, Math.min(rows.length, Math.floor(width / (format.length + 4))));
  const line = Array.from({ length: width }, () => ' ');
  const axis = Array.from({ length: width }, () => '─');
  let free = 0;
  for (let tick = 0; tick < count; tick++) {
    const index = count === 1 ? 0 : Math.round((tick / (count - 1)) * (rows.length - 1));
    const at = rows.length === 1 ? 0 : Math.round((index / (rows.length - 1)) * (width - 1));
    const label = labelOf(index);
    const start = Math.max(0, Math.min(width - label.length, at - Math.floor(label.length / 2)));
    if (start < free) continue;
    free = start + label.length + 2;
    axis[at] = '┬';
    for (const [offset, letter] of [...label].entries()) line[start + offset] = letter;
  }
  const indent = ' '.repeat(margin);
  yield `${indent} └─${axis.join('')}\n`;
  yield `${indent}   ${line.join('').trimEnd()}\n`;
}

/** Shortens a number to a few characters: 12.3k, 4M. */
function shorten(value: number): string {
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Math.abs(value) >= size * 10 || (Math.abs(value) >= size && size > 1e3)) {
      return `${Number((value / size).toPrecision(4))}${letter}`;
    }
  }
  return String(Number(value.toPrecision(6)));
}
