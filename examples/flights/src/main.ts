import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlights } from './flights.js';
import { load } from './load.js';
import { look } from './look.js';
import { report } from './report.js';
import { openSeries } from './timeseries.js';

const folder = await mkdtemp(join(tmpdir(), 'kairos-flights-'));
const file = join(folder, 'flights.sqlite');
const started = performance.now();
const flights = await readFlights();
const series = await openSeries(file);

console.log(
  `${flights.length} flights into SQLite: departures, delays, last delay and destinations of each airport`,
);
await load(series, flights, (stored) => {
  const line = `  stored ${stored} of ${flights.length}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else console.log(line);
});
const megabytes = (await stat(file)).size / 1e6;
console.log(`\n  done in ${((performance.now() - started) / 1000).toFixed(1)} s, ${megabytes.toFixed(1)} MB`);

for await (const answer of report(series)) console.log(answer);

for (const each of Object.values(series)) await each.close();
for await (const shown of look(file)) console.log(shown);
await rm(folder, { recursive: true });
