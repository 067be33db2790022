import { CachedSeries } from '../src/cached-series.js';
import { panels } from '../src/panels.js';
import { recordReadings } from '../src/recorder.js';
import { season, shownAt, type Week } from '../src/season.js';
import { DAY, openCache } from '../src/timeseries.js';
import { type Reading, readWeather } from '../src/weather.js';
import { endWorld, openWorld, type World } from '../src/world.js';

const wanted = process.env.TEST_POSTGRES !== 'false' && process.env.TEST_REDIS !== 'false';

const START = Date.parse('2014-09-01') / 1000;
const NAME = 'Seattle temp_max';

function addresses(): [postgres: string, redis: string] {
  const { POSTGRES_URL, REDIS_URL } = process.env;
  if (!POSTGRES_URL || !REDIS_URL) {
    throw new Error('POSTGRES_URL and REDIS_URL are not both set; run the tests with "pnpm test"');
  }
  return [POSTGRES_URL, REDIS_URL];
}

(wanted ? describe : describe.skip)('A dashboard over PostgreSQL and Redis', () => {
  let readings: Reading[];
  let world: World;
  let dashboard: CachedSeries;

  beforeAll(async () => {
    readings = await readWeather();
  });

  beforeEach(async () => {
    world = await openWorld(...addresses(), 'dashboard_test', START + DAY / 2);
    dashboard = new CachedSeries(world.record, world.cache, () => world.time.now);
    const recent = readings.filter(({ day }) => day >= START - 60 * DAY && day < START);
    await recordReadings(world.record, recent);
  });

  afterEach(() => endWorld(world));

  /** The readings of a name, from the raw data. */
  const raw = (name: string, start: number, end: number) =>
    readings.filter((reading) => reading.name === name && reading.day >= start && reading.day <= end);
  const values = (name: string, start: number, end: number) =>
    new Map(raw(name, start, end).map(({ day, value }) => [day, value]));
  const daysAgo = (days: number) => START - days * DAY;

  it('takes from the record what the cache lacks, and the second time from the cache', async () => {
    const range = { start: daysAgo(10), end: daysAgo(1) };
    const expected = values(NAME, range.start, range.end);
    expect(expected.size).toBe(10);
    expect(await dashboard.series(NAME, 'day', range)).toEqual(expected);
    expect(dashboard.takeTally()).toEqual({
      asked: 10,
      fromCache: 0,
      fromRecord: 10,
      queries: 1,
      failures: 0,
    });
    expect(await dashboard.series(NAME, 'day', range)).toEqual(expected);
    expect(dashboard.takeTally()).toEqual({
      asked: 10,
      fromCache: 10,
      fromRecord: 0,
      queries: 0,
      failures: 0,
    });
    expect(await world.cache.series(NAME, 'day', range)).toEqual(expected);
  });

  it('fills the gaps only', async () => {
    await dashboard.series(NAME, 'day', { start: daysAgo(6), end: daysAgo(4) });
    dashboard.takeTally();
    const range = { start: daysAgo(10), end: daysAgo(1) };
    expect(await dashboard.series(NAME, 'day', range)).toEqual(values(NAME, range.start, range.end));
    expect(dashboard.takeTally()).toEqual({
      asked: 10,
      fromCache: 3,
      fromRecord: 7,
      queries: 1,
      failures: 0,
    });
  });

  it('never caches today, which is not over', async () => {
    await world.record.insert(NAME, 1, { timestamp: START });
    const today = { start: START, end: START };
    expect([...(await dashboard.series(NAME, 'day', today)).values()]).toEqual([1]);
    await world.record.insert(NAME, 2, { timestamp: START });
    expect([...(await dashboard.series(NAME, 'day', today)).values()]).toEqual([2]);
    world.time.now += DAY;
    await dashboard.series(NAME, 'day', today);
    dashboard.takeTally();
    expect([...(await dashboard.series(NAME, 'day', today)).values()]).toEqual([2]);
    expect(dashboard.takeTally()).toMatchObject({ fromCache: 1, queries: 0 });
  });

  it('asks again for what the record does not have yet', async () => {
    const range = { start: daysAgo(1), end: daysAgo(1) };
    expect([...(await dashboard.series('Boise wind', 'day', range)).values()]).toEqual([null]);
    await world.record.insert('Boise wind', 5, { timestamp: daysAgo(1) });
    expect([...(await dashboard.series('Boise wind', 'day', range)).values()]).toEqual([5]);
  });

  it('is right when many open it at once on an empty cache', async () => {
    const range = { start: daysAgo(20), end: daysAgo(1) };
    const expected = values(NAME, range.start, range.end);
    const opened = await Promise.all(Array.from({ length: 20 }, () => dashboard.series(NAME, 'day', range)));
    for (const each of opened) expect(each).toEqual(expected);
    expect(await world.cache.series(NAME, 'day', range)).toEqual(expected);
  });

  it('does without the cache where it is gone', async () => {
    const range = { start: daysAgo(10), end: daysAgo(1) };
    await world.cache.deleteAll();
    await world.cache.close();
    expect(await dashboard.series(NAME, 'day', range)).toEqual(values(NAME, range.start, range.end));
    expect(dashboard.takeTally()).toEqual({
      asked: 10,
      fromCache: 0,
      fromRecord: 10,
      queries: 1,
      failures: 1,
    });
    world = { ...world, cache: await openCache(addresses()[1], 'dashboard_test', () => START) };
  });

  it('lives through two weeks with the figures of the raw data, and both stores agree', async () => {
    const weeks: Week[] = [];
    for await (const week of season(world, readings, START, 2)) weeks.push(week);
    expect(weeks.map(({ agree }) => agree)).toEqual([true, true]);
    // Three dashboards a day for seven days, each with eight names over 56 days.
    const asked = 3 * 7 * 8 * 56;
    expect(weeks.map(({ tally }) => tally)).toEqual([
      { asked, fromCache: asked - 8 * (56 + 6), fromRecord: 8 * (56 + 6), queries: 56, failures: 0 },
      { asked, fromCache: asked - 8 * 7, fromRecord: 8 * 7, queries: 56, failures: 0 },
    ]);
    const { start, end } = shownAt(START + 13 * DAY);
    for (const panel of weeks[1]?.panels ?? []) {
      const of = (quantity: string) => raw(`${panel.city} ${quantity}`, start, end).map(({ value }) => value);
      const [highs, rain, wind] = [of('temp_max'), of('precipitation'), of('wind')];
      expect(highs).toHaveLength(56);
      expect(panel.meanHigh).toBeCloseTo(highs.reduce((sum, high) => sum + high, 0) / 56, 10);
      expect(panel.coldest).toBe(Math.min(...of('temp_min')));
      expect(panel.wetDays).toBe(rain.filter((millimeters) => millimeters > 0).length);
      expect(panel.rain).toBeCloseTo(
        rain.reduce((sum, millimeters) => sum + millimeters, 0),
        10,
      );
      expect(panel.windiest).toBe(start + wind.indexOf(Math.max(...wind)) * DAY);
    }
    expect(weeks[1]?.panels.map(({ city }) => city)).toEqual(['Seattle', 'New York']);
  });

  it('tells where the two disagree', async () => {
    await world.cache.insert(NAME, 99, { timestamp: daysAgo(3) });
    for await (const { agree } of season(world, readings, START, 1)) expect(agree).toBe(false);
    expect.assertions(1);
  });

  it('runs the same panels over either', async () => {
    const range = shownAt(world.time.now);
    const shown = await panels(dashboard, range);
    expect(await panels(world.record, range)).toEqual(shown);
    expect(await panels(world.cache, range)).toEqual(shown);
  });
});
