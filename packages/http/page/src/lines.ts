import uPlot from 'uplot';
import { type Colors, SERIES_COLORS } from './colors.js';
import { type Frame, numbersOf } from './frame.js';
import type { Drawing } from './plot.js';
import type { TimeseriesType } from './timeseries-info.js';

const DASHES: readonly number[][] = [[], [6, 4], [2, 3]];

/** Lines. Those of a gauge are steps from reading to reading; the others have gaps where there is no data. */
export function linesDrawing(
  colors: Colors,
  { type, zone, frame }: { type: TimeseriesType; zone: string | undefined; frame: () => Frame },
): Drawing {
  const { columns } = frame();
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    wide: false,
    zone,
    buckets: frame,
    data: () => frame().columns.map(numbersOf),
    yRange: (_, least, greatest) => rangeOf(least, greatest, type === 'count'),
    series: columns.map((column, index) => {
      const color = colors.series[index % SERIES_COLORS] ?? colors.muted;
      const dash = DASHES[Math.floor(index / SERIES_COLORS) % DASHES.length] ?? [];
      return {
        label: column.label,
        stroke: color,
        width: 2,
        dash,
        spanGaps: type === 'gauge',
        points: { size: 5, fill: color },
        ...(type === 'gauge' && stepped !== undefined ? { paths: stepped } : {}),
        ...(columns.length === 1 ? { fill: faded(color) } : {}),
      };
    }),
  };
}

/** The range of the axis. It includes 0 unless the line is high above it, where details would be lost. */
function rangeOf(least: number | null, greatest: number | null, fromZero: boolean): [number, number] {
  if (least === null || greatest === null) return [0, 1];
  const span = greatest - least;
  const bottom =
    least >= 0 && (fromZero || least < greatest * 0.6) ? 0 : least - (span || Math.abs(least) || 1) * 0.1;
  const top =
    greatest <= 0 && greatest > least * 0.6 ? 0 : greatest + (span || Math.abs(greatest) || 1) * 0.08;
  return top > bottom ? [bottom, top] : [bottom, bottom + 1];
}

const faded = (color: string) => color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.1)');
