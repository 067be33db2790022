/** Draws the picture in the README of @kairos/cli: pnpm --filter @kairos-examples/flights picture FILE. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readFlights } from './flights.js';
import { load } from './load.js';
import { kairos } from './look.js';
import { openSeries } from './timeseries.js';

const [target = 'flights.svg'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'kairos-flights-'));
const file = join(folder, 'flights.sqlite');
const series = await openSeries(file);
await load(series, await readFlights(), () => {});
for (const each of Object.values(series)) await each.close();
const range = ['--interval', 'day', '--condense', '--start', '2001-01-01', '--end', '2001-03-31'];
const picture = ['--svg', resolve(target), '--title', 'Departures by day'];
await kairos(['series', 'departures', 'ORD', 'DFW', 'ATL', '--by-name', ...range, ...picture], file);
await rm(folder, { recursive: true });
