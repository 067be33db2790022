import type { StatsdSeries } from './timeseries.js';

/** Activity in the last seconds, by name. */
export interface Snapshot {
  readonly rates: readonly { readonly name: string; readonly perSecond: number }[];
  readonly times: readonly {
    readonly name: string;
    readonly count: number;
    readonly mean: number;
    /** `null` if nothing was timed. */
    readonly p95: number | null;
  }[];
  readonly gauges: readonly { readonly name: string; readonly level: string }[];
  readonly sets: readonly { readonly name: string; readonly distinct: number }[];
}

/** Maximum number of names to show for each type. */
const MOST_NAMES = 8;

/** Reads `seconds` whole seconds. The last one is that before `now`. */
export async function snapshot(series: StatsdSeries, now: number, seconds: number): Promise<Snapshot> {
  const range = { end: now - 1, steps: seconds, collapse: true } as const;
  const [rates, times, gauges, sets] = await Promise.all([
    eachName(series.counts, async (name) => {
      const rate = await series.counts.series(name, 'second', { ...range, transform: 'rate' });
      return { name, perSecond: only(rate) };
    }),
    eachName(series.histograms, async (name) => {
      const figures = await series.histograms.series(name, 'second', {
        ...range,
        transform: { count: 'count', mean: 'mean', p95: 'p95' },
      });
      return { name, ...only(figures) };
    }),
    eachName(series.gauges, async (name) => {
      const level = await series.gauges.series(name, 'second', range);
      return { name, level: String(only(level) ?? '') };
    }),
    eachName(series.sets, async (name) => {
      const distinct = await series.sets.series(name, 'second', { ...range, transform: 'count' });
      return { name, distinct: only(distinct) };
    }),
  ]);
  return { rates, times, gauges, sets };
}

async function eachName<R>(
  series: { list(): Promise<string[]> },
  read: (name: string) => Promise<R>,
): Promise<R[]> {
  const names = await series.list();
  return Promise.all(names.slice(0, MOST_NAMES).map(read));
}

/** The only value of a collapsed series. */
function only<R>(collapsed: ReadonlyMap<number, R>): R {
  for (const data of collapsed.values()) return data;
  throw new Error('A collapsed series has one entry');
}
