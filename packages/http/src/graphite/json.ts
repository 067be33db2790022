import type { Grid, Series } from './series.js';

/**
 * Series in Graphite's JSON. Written by hand to avoid an array for each point; the times of a grid are
 * formatted once for all its series.
 */
export function toJson(series: readonly Series[]): string {
  const written = new Map<Grid, readonly string[]>();
  const timesOf = (grid: Grid) => {
    const times = written.get(grid) ?? grid.times.map((time) => `,${time}]`);
    written.set(grid, times);
    return times;
  };
  const entries = series.map(({ name, source, grid, values }) => {
    const times = timesOf(grid);
    let points = '';
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      points += `${at === 0 ? '[' : ',['}${Number.isFinite(value) ? value : null}${times[at]}`;
    }
    const head = `{"target":${JSON.stringify(name)},"tags":${JSON.stringify({ name: source })}`;
    return `${head},"datapoints":[${points}]}`;
  });
  return `[${entries.join(',')}]`;
}
