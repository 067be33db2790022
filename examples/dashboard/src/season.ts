import { isDeepStrictEqual } from 'node:util';
import { CachedSeries, type Tally } from './cached-series.js';
import type { Range } from './daily-series.js';
import { type Panel, panels } from './panels.js';
import { recordReadings } from './recorder.js';
import { DAY, SHOWN } from './timeseries.js';
import type { Reading } from './weather.js';
import type { World } from './world.js';

/** Number of dashboards opened each day. */
const VIEWERS = 3;

/** A week of dashboards. */
export interface Week {
  /** Its last day. */
  readonly day: number;
  readonly tally: Tally;
  /** The panels of that day. */
  readonly panels: readonly Panel[];
  /** Whether the record alone and the cache alone give the same panels. */
  readonly agree: boolean;
}

/** The range that a dashboard shows at a time. It ends with the day before. */
export function shownAt(now: number): Range {
  const today = now - (now % DAY);
  return { start: today - SHOWN * DAY, end: today - 1 };
}

/** Simulates days on which readings arrive and dashboards are opened. Yields once a week. */
export async function* season(
  { record, cache, time }: World,
  readings: readonly Reading[],
  start: number,
  weeks: number,
): AsyncGenerator<Week> {
  const dashboard = new CachedSeries(record, cache, () => time.now);
  const byDay = new Map<number, Reading[]>();
  for (const reading of readings) {
    const found = byDay.get(reading.day);
    if (found === undefined) byDay.set(reading.day, [reading]);
    else found.push(reading);
  }
  for (let day = start; day < start + weeks * 7 * DAY; day += DAY) {
    await recordReadings(record, byDay.get(day) ?? []);
    let shown: Panel[] = [];
    for (let viewer = 1; viewer <= VIEWERS; viewer++) {
      time.now = day + (viewer * DAY) / (VIEWERS + 1);
      shown = await panels(dashboard, shownAt(time.now));
    }
    if ((day - start) % (7 * DAY) !== 6 * DAY) continue;
    const range = shownAt(time.now);
    const alone = [await panels(record, range), await panels(cache, range)];
    yield {
      day,
      tally: dashboard.takeTally(),
      panels: shown,
      agree: alone.every((each) => isDeepStrictEqual(each, shown)),
    };
  }
}
