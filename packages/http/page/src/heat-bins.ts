import type { Scale } from './board.js';
import { compactNumber, formatNumber } from './format.js';
import type { Tally } from './frame.js';

/** The rows of a heat map, from the lowest up. */
export interface Bins {
  readonly rows: number;
  rowOf(value: number | string): number;
  label(row: number): string;
  /** The labels beside the rows; `at` counts rows from the lower edge of the lowest. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

const MOST_ROWS = 36;
const MOST_TEXTS = 20;
const MOST_MARKS = 6;

/** Rows for the values of a heat map: for numbers, round steps or powers; for texts, one row each. */
export function binsOf(tallies: readonly Tally[], scale: Scale): Bins {
  const numbers = tallies.filter((tally): tally is readonly [number, number] => typeof tally[0] === 'number');
  if (numbers.length < tallies.length || numbers.length === 0) return textBins(tallies);
  const sorted = numbers.toSorted(([a], [b]) => a - b);
  const least = sorted[0]?.[0] ?? 0;
  const greatest = sorted.at(-1)?.[0] ?? 0;
  const log = least > 0 && (scale === 'log' || (scale === 'auto' && isSkewed(sorted, least, greatest)));
  return log ? logBins(least, greatest) : linearBins(least, greatest, sorted);
}

/** Whether a linear scale would crowd most values into its lowest rows, because the highest are far away. */
function isSkewed(sorted: readonly (readonly [number, number])[], least: number, greatest: number): boolean {
  if (greatest / least < 20) return false;
  let total = 0;
  for (const [, count] of sorted) total += count;
  let below = 0;
  for (const [value, count] of sorted) {
    below += count;
    if (below >= total * 0.75) return value < least + (greatest - least) * 0.2;
  }
  return false;
}

/** The smallest 1, 2 or 5 times a power of ten that is at least `size`. */
function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 5].find((each) => each * power >= size * 0.999999) ?? 10) * power;
}

function linearBins(least: number, greatest: number, sorted: readonly Tally[]): Bins {
  const whole = sorted.every(([value]) => Number.isInteger(value));
  const span = greatest - least;
  const nice = span === 0 ? Math.max(Math.abs(least) / 10, 1) : niceStep(span / MOST_ROWS);
  const step = whole ? Math.max(1, nice) : nice;
  const lowest = Math.floor(least / step + 1e-9);
  const rows = Math.floor(greatest / step + 1e-9) - lowest + 1;
  const single = whole && step === 1;
  const edge = (row: number) => Number(((lowest + row) * step).toPrecision(12));
  const apart = Math.max(1, Math.round(niceStep((rows * step) / MOST_MARKS) / step));
  const marks = [];
  for (let row = 0; row <= rows; row++) {
    if (row === rows && single) break;
    if ((lowest + row) % apart === 0)
      marks.push({ at: single ? row + 0.5 : row, label: compactNumber(edge(row)) });
  }
  return {
    rows,
    rowOf: (value) => Math.min(rows - 1, Math.max(0, Math.floor(Number(value) / step + 1e-9) - lowest)),
    label: (row) =>
      single ? formatNumber(edge(row)) : `${formatNumber(edge(row))} – ${formatNumber(edge(row + 1))}`,
    marks,
  };
}

function logBins(least: number, greatest: number): Bins {
  const decades = Math.max(1, Math.log10(greatest / least));
  const perDecade = [16, 12, 8, 6, 4, 3, 2, 1].find((each) => decades * each <= MOST_ROWS) ?? 1;
  const bin = (value: number) => Math.floor(Math.log10(value) * perDecade + 1e-9);
  const lowest = bin(least);
  const rows = bin(greatest) - lowest + 1;
  const edge = (row: number) => 10 ** ((lowest + row) / perDecade);
  const round = (value: number) => formatNumber(Number(value.toPrecision(3)));
  const marks = [];
  const steps = decades <= 2 ? [1, 2, 5] : [1];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(greatest) + 1; power++) {
    for (const each of steps) {
      const at = (power + Math.log10(each)) * perDecade - lowest;
      if (at >= 0 && at <= rows) marks.push({ at, label: compactNumber(each * 10 ** power) });
    }
  }
  return {
    rows,
    rowOf: (value) => Math.min(rows - 1, Math.max(0, bin(Number(value)) - lowest)),
    label: (row) => `${round(edge(row))} – ${round(edge(row + 1))}`,
    marks,
  };
}

/** The most frequent text gets the highest row. Texts without a row of their own share the lowest. */
function textBins(tallies: readonly Tally[]): Bins {
  const totals = new Map<string, number>();
  for (const [value, count] of tallies) totals.set(String(value), (totals.get(String(value)) ?? 0) + count);
  const ranked = [...totals].toSorted(([, a], [, b]) => b - a).map(([text]) => text);
  const shown = ranked.slice(0, MOST_TEXTS);
  const others = ranked.length - shown.length;
  const labels = [...(others > 0 ? [`${others} others`] : []), ...shown.toReversed()];
  const rows = new Map(shown.map((text, rank) => [text, labels.length - 1 - rank]));
  return {
    rows: Math.max(1, labels.length),
    rowOf: (value) => rows.get(String(value)) ?? 0,
    label: (row) => labels[row] ?? '',
    marks: labels.map((label, row) => ({ at: row + 0.5, label })),
  };
}
