import { averageOf } from './aggregations.js';
import { type Grid, type Series, sameGrid } from './series.js';

/**
 * Brings series of different steps onto the grid of the coarsest. Each point has the average of the finer points within
 * its bucket.
 */
export function normalize(series: readonly Series[]): readonly Series[] {
  const [first, ...others] = series;
  if (first === undefined || others.every(({ grid }) => sameGrid(grid, first.grid))) return series;
  const grid = unite(series.map((each) => each.grid));
  return series.map((each) => (sameGrid(each.grid, grid) ? each : regrid(each, grid)));
}

/** A grid with the coarsest step of some grids, from their first point to their last. */
function unite(grids: readonly Grid[]): Grid {
  const step = Math.max(...grids.map((grid) => grid.step));
  const coarsest = grids.filter((grid) => grid.step === step);
  const times = [...new Set(coarsest.flatMap((grid) => grid.times))].sort((a, b) => a - b);
  return { times, step, regular: coarsest.every((grid) => grid.regular) };
}

function regrid({ grid: { times }, values, ...series }: Series, grid: Grid): Series {
  let at = 0;
  const averages = grid.times.map((start, index) => {
    const end = grid.times[index + 1] ?? start + grid.step;
    const within: (number | null)[] = [];
    for (; at < times.length && (times[at] ?? end) < end; at++) {
      if ((times[at] ?? start) >= start) within.push(values[at] ?? null);
    }
    return averageOf(within);
  });
  return { ...series, grid, values: averages };
}
