import { averageOf } from './aggregations.js';
import { regularGrid, type Series } from './series.js';

/**
 * A series with a limited number of points, each the average of equally many neighbours. In regular series,
 * groups begin at multiples of the new step, so that they stay the same when a chart moves on; points before
 * the first group are dropped.
 */
export function consolidate(series: Series, most: number): Series {
  const { grid, values } = series;
  const { times, step, regular } = grid;
  if (values.length <= most) return series;
  const together = Math.ceil(values.length / most);
  const seconds = step * together;
  const aligned = regular && most > 1;
  const begin = aligned
    ? Math.max(
        0,
        times.findIndex((time) => time % seconds === 0),
      )
    : 0;
  const averages: (number | null)[] = [];
  const starts: number[] = [];
  for (let at = begin; at < values.length; at += together) {
    starts.push(times[at] ?? 0);
    averages.push(averageOf(values.slice(at, at + together)));
  }
  const consolidated = regular
    ? regularGrid(starts[0] ?? 0, seconds, starts.length)
    : { times: starts, step: seconds, regular };
  return { ...series, grid: consolidated, values: averages };
}
