import { type Load, type Sent, sendLoad } from './load.js';
import type { Output } from './screen.js';
import { StatsdServer, type Tally } from './server.js';
import { closeSeries, openSeries } from './timeseries.js';
import { total, totals } from './totals.js';
import { watch } from './watch.js';

export interface Outcome {
  readonly sent: Sent;
  /** The totals in Redis. */
  readonly counted: Sent;
  readonly tally: Tally;
}

/**
 * Starts a server, sends it a load, shows it live, and compares the totals at the end. Deletes its data from
 * Redis.
 */
export async function demonstrate(
  url: string,
  load: Load,
  output: Output,
  interrupt?: AbortSignal,
): Promise<Outcome> {
  const prefix = `statsd-example-${process.pid}-${Date.now()}`;
  const series = await openSeries(url, prefix);
  const server = await StatsdServer.listen({ url, prefix }, 0);
  const since = Math.floor(Date.now() / 1000);
  const over = new AbortController();
  try {
    const watching = watch(series, server, output, over.signal);
    const sent = await sendLoad(
      server.port,
      load,
      () => total(series, 'load.packets', since),
      interrupt,
    ).finally(() => over.abort());
    await watching;
    return { sent, counted: await totals(series, since), tally: await server.tally() };
  } finally {
    await server.close();
    for (const each of Object.values(series)) await each.deleteAll();
    await closeSeries(series);
  }
}
