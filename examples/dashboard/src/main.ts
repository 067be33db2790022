import { recordReadings } from './recorder.js';
import { panelsTable, weeksTable } from './report.js';
import { season, type Week } from './season.js';
import { readWeather } from './weather.js';
import { endWorld, openWorld } from './world.js';

const { POSTGRES_URL, REDIS_URL } = process.env;
if (POSTGRES_URL === undefined || REDIS_URL === undefined) {
  throw new Error('POSTGRES_URL and REDIS_URL are not both set; expected the addresses of two servers');
}

const start = Date.parse('2014-09-01') / 1000;
const readings = await readWeather();
const past = readings.filter(({ day }) => day < start);
const world = await openWorld(POSTGRES_URL, REDIS_URL, 'dashboard_example', start);
try {
  console.log(`${past.length} readings of the weather since 2012 into PostgreSQL`);
  await recordReadings(world.record, past, (stored) => progress(`stored ${stored} of ${past.length}`));

  console.log('\n\nTwelve weeks, three dashboards a day, each over the eight weeks up to the day before');
  const weeks: Week[] = [];
  for await (const week of season(world, readings, start, 12)) {
    weeks.push(week);
    progress(`week ${weeks.length} of 12`);
  }
  console.log(`\n\nWhere the days came from\n${weeksTable(weeks)}`);
  console.log(`\nThe last dashboard\n${panelsTable(weeks.at(-1)?.panels ?? [])}`);
  if (weeks.some(({ agree }) => !agree)) process.exitCode = 1;
} finally {
  await endWorld(world);
}

function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r  ${text}`);
  else console.log(`  ${text}`);
}
