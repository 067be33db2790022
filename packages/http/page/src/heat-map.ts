import type uPlot from 'uplot';
import type { Scale } from './board.js';
import { type Colors, heatColor } from './colors.js';
import type { HeatFrame } from './frame.js';
import { type Bins, binsOf } from './heat-bins.js';
import type { Drawing } from './plot.js';

/** A heat map's cells: how often the values of a row occurred in a bucket. */
export interface Heat {
  readonly frame: HeatFrame;
  readonly bins: Bins;
  readonly counts: readonly (readonly number[])[];
  readonly greatest: number;
}

export function heatOf(frame: HeatFrame, scale: Scale): Heat {
  const bins = binsOf(frame.tallies.flat(), scale);
  const counts = frame.tallies.map((tallies) => {
    const rows = new Array<number>(bins.rows).fill(0);
    for (const [value, count] of tallies) {
      const row = bins.rowOf(value);
      rows[row] = (rows[row] ?? 0) + count;
    }
    return rows;
  });
  return { frame, bins, counts, greatest: counts.reduce((all, rows) => Math.max(all, ...rows), 0) };
}

/** The square root of the share, so that rare values are visible beside frequent ones. */
export const shareOf = (count: number, greatest: number): number => Math.sqrt(count / greatest);

/** A heat map: time goes across, values go up, and the colour tells how often they occurred. */
export function heatDrawing(
  colors: Colors,
  { zone, heat }: { zone: string | undefined; heat: () => Heat },
): Drawing {
  const marks = () => heat().bins.marks;
  return {
    wide: true,
    zone,
    buckets: () => heat().frame,
    // An invisible line for the cursor. The cells are drawn by themselves.
    data: () => [heat().frame.times.map(() => 0)],
    series: [{ label: '', paths: () => null, points: { show: false } }],
    yRange: () => [0, heat().bins.rows],
    yAxis: {
      splits: () => marks().map(({ at }) => at),
      values: () => marks().map(({ label }) => shortened(label)),
      grid: { show: false },
    },
    draw: (plot) => drawCells(plot, heat(), colors),
  };
}

const LONGEST_MARK = 18;

function shortened(label: string): string {
  const letters = [...label];
  return letters.length > LONGEST_MARK ? `${letters.slice(0, LONGEST_MARK - 1).join('')}…` : label;
}

function drawCells(plot: uPlot, { frame, counts, greatest }: Heat, colors: Colors): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [index, rows] of counts.entries()) {
    const [left, right] = [frame.times[index], frame.ends[index]].map((time) =>
      Math.round(plot.valToPos(time ?? 0, 'x', true)),
    );
    if (left === undefined || right === undefined) continue;
    const gap = right - left > 6 ? 1 : 0;
    for (const [row, count] of rows.entries()) {
      if (count === 0) continue;
      const bottom = Math.round(plot.valToPos(row, 'y', true));
      const top = Math.round(plot.valToPos(row + 1, 'y', true));
      ctx.fillStyle = heatColor(colors.heat, shareOf(count, greatest));
      ctx.fillRect(
        left,
        top,
        Math.max(1, right - left - gap),
        Math.max(1, bottom - top - (bottom - top > 6 ? 1 : 0)),
      );
    }
  }
  ctx.restore();
}
