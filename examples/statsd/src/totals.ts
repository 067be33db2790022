import type { Sent } from './load.js';
import type { StatsdSeries } from './timeseries.js';

/** The stored total of a name since a Unix second, over whole minutes. */
export async function total({ counts }: StatsdSeries, name: string, since: number): Promise<number> {
  const all = await counts.series(name, 'minute', { ...untilNow(since), collapse: true });
  return [...all.values()][0] ?? 0;
}

/** The stored totals of a load. */
export async function totals(series: StatsdSeries, since: number): Promise<Sent> {
  const range = untilNow(since);
  const times = await series.histograms.series('http.time', 'minute', { ...range, collapse: true });
  const visitors = await series.sets.series('visitors', 'minute', { ...range, collapse: true });
  const queue = await series.gauges.series('queue.length', 'minute', { ...range, collapse: true });
  return {
    packets: await total(series, 'load.packets', since),
    requests: await total(series, 'http.requests', since),
    lookups: await total(series, 'cache.lookups', since),
    milliseconds: [...times.values()][0] ?? new Map(),
    visitors: new Set([...([...visitors.values()][0] ?? [])].map(String)),
    queue: Number([...queue.values()][0] ?? 0),
  };
}

function untilNow(since: number) {
  return { start: since, end: Math.max(since, Date.now() / 1000) };
}
