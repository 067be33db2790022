import { setTimeout as sleep } from 'node:timers/promises';
import { type Output, Screen } from './screen.js';
import type { StatsdServer } from './server.js';
import { snapshot } from './snapshot.js';
import type { StatsdSeries } from './timeseries.js';
import { line, tables } from './view.js';

/** Seconds over which rates are measured, or fewer right after the start. */
const WINDOW = 10;

/** Shows activity until the signal aborts: redrawn on a terminal, otherwise as a line every other second. */
export async function watch(
  series: StatsdSeries,
  server: StatsdServer,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const screen = new Screen(output);
  const started = Math.floor(Date.now() / 1000);
  while (!signal.aborted) {
    await sleep(output.isTTY ? 500 : 2000, undefined, { signal }).catch(() => undefined);
    const now = Math.floor(Date.now() / 1000);
    const frame = await frameOf(
      series,
      server,
      now,
      Math.max(1, Math.min(WINDOW, now - started)),
      output.isTTY,
    );
    if (output.isTTY) screen.draw(frame);
    else output.write(`${frame}\n`);
  }
}

async function frameOf(
  series: StatsdSeries,
  server: StatsdServer,
  now: number,
  seconds: number,
  large: boolean | undefined,
): Promise<string> {
  const tally = await server.tally();
  try {
    if (tally.error !== null) throw new Error(tally.error);
    const shot = await snapshot(series, now, seconds);
    return large ? tables(shot, tally) : line(shot, tally);
  } catch (trouble) {
    return `  waiting ${tally.waiting}  dropped ${tally.dropped}  ${String(trouble)}`;
  }
}
