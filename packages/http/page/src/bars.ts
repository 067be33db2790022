import type uPlot from 'uplot';
import { type Colors, SERIES_COLORS } from './colors.js';
import { type Frame, numbersOf } from './frame.js';
import type { Drawing } from './plot.js';

/** Bars as wide as their buckets: stacked if their figures add up, else side by side. */
export function barsDrawing(
  colors: Colors,
  { stacked, zone, frame }: { stacked: boolean; zone: string | undefined; frame: () => Frame },
): Drawing {
  return {
    wide: true,
    zone,
    buckets: frame,
    data: () => frame().columns.map(numbersOf),
    yRange: (plot, least, greatest) => (stacked ? stackedRange(plot) : rangeOf(least ?? 0, greatest ?? 0)),
    series: frame().columns.map(({ label }, index) => ({
      label,
      width: 0,
      fill: colors.series[index % SERIES_COLORS] ?? colors.muted,
      points: { show: false },
      paths: (plot, series, first, last) => barsOf(plot, { series, first, last, stacked, frame: frame() }),
    })),
  };
}

interface Bars {
  readonly series: number;
  readonly first: number;
  readonly last: number;
  readonly stacked: boolean;
  readonly frame: Frame;
}

function barsOf(plot: uPlot, { series, first, last, stacked, frame }: Bars): uPlot.Series.Paths {
  const path = new Path2D();
  const shown = shownSeries(plot);
  const slot = stacked ? 0 : shown.indexOf(series);
  const slots = stacked ? 1 : shown.length;
  for (let index = first; index <= last; index++) {
    const value = plot.data[series]?.[index] ?? 0;
    const [start, end] = [frame.times[index], frame.ends[index]];
    if (value === 0 || start === undefined || end === undefined) continue;
    const base = stacked ? baseOf(plot, shown, series, index, value) : 0;
    const left = plot.valToPos(start, 'x', true);
    const width = plot.valToPos(end, 'x', true) - left;
    const gap = width > 4 ? Math.min(4 * devicePixelRatio, width * 0.2) : 0;
    const each = (width - gap) / slots;
    const [from, to] = [plot.valToPos(base, 'y', true), plot.valToPos(base + value, 'y', true)];
    const x = left + gap / 2 + slot * each;
    path.rect(x, Math.min(from, to), Math.max(1, each), Math.max(1, Math.abs(to - from)));
  }
  return { fill: path, stroke: null, flags: 0 };
}

/** Where a stacked bar begins: the sum of the values before it that have its sign. */
function baseOf(plot: uPlot, shown: readonly number[], series: number, index: number, value: number): number {
  let base = 0;
  for (const other of shown) {
    if (other >= series) break;
    const below = plot.data[other]?.[index] ?? 0;
    if (below > 0 === value > 0) base += below;
  }
  return base;
}

const shownSeries = (plot: uPlot) =>
  plot.series.flatMap(({ show }, index) => (index > 0 && show !== false ? [index] : []));

function stackedRange(plot: uPlot): [number, number] {
  const shown = shownSeries(plot);
  let [least, greatest] = [0, 0];
  for (let index = 0; index < plot.data[0].length; index++) {
    let [below, above] = [0, 0];
    for (const series of shown) {
      const value = plot.data[series]?.[index] ?? 0;
      if (value < 0) below += value;
      else above += value;
    }
    least = Math.min(least, below);
    greatest = Math.max(greatest, above);
  }
  return rangeOf(least, greatest);
}

function rangeOf(least: number, greatest: number): [number, number] {
  const [bottom, top] = [Math.min(0, least) * 1.08, Math.max(0, greatest) * 1.08];
  return top > bottom ? [bottom, top] : [0, 1];
}
