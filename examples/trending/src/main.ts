import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlights } from '@kairos-examples/flights';
import { countArrivals } from './arrivals.js';
import { report } from './report.js';
import { openTrend } from './timeseries.js';
import { trending } from './trending.js';
import { weeks } from './weeks.js';

const folder = await mkdtemp(join(tmpdir(), 'kairos-trending-'));
const flights = await readFlights();
let now = 0;
const trend = await openTrend(join(folder, 'trending.sqlite'), () => now);

console.log(`${flights.length} flights, week by week: the airports that most were flown to`);
for (const week of weeks()) {
  now = week.end - 1;
  await countArrivals(
    trend,
    flights.filter(({ time }) => time >= week.start && time < week.end),
  );
  console.log(report(now, await trending(trend, now, 5)));
  await trend.expire();
}

await trend.close();
await rm(folder, { recursive: true });
