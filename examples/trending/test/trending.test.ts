import { type Flight, readFlights } from '@kairos-examples/flights';
import { countArrivals } from '../src/arrivals.js';
import { report } from '../src/report.js';
import { openTrend, type Trend } from '../src/timeseries.js';
import { sevenDayTotal, trending } from '../src/trending.js';
import { weeks } from '../src/weeks.js';

const DAY = 86_400;
const FIRST = Date.parse('2001-01-01') / 1000;

let flights: Flight[];
let trend: Trend;
let now = 0;

beforeAll(async () => {
  flights = await readFlights();
});

beforeEach(async () => {
  trend = await openTrend(':memory:', () => now);
});

afterEach(() => trend.close());

/** The flights from `start` up to, but not including, `end`. */
function between(start: number, end: number): Flight[] {
  return flights.filter(({ time }) => time >= start && time < end);
}

/** Arrivals by airport, counted by hand. */
function count(arrived: readonly Flight[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { destination } of arrived) counts.set(destination, (counts.get(destination) ?? 0) + 1);
  return counts;
}

/** Lets time pass, and counts the arrivals meanwhile. */
async function pass(start: number, end: number): Promise<void> {
  now = end - 1;
  await countArrivals(trend, between(start, end));
}

describe('The airports that trend', () => {
  it('have, on every evening of the quarter, the arrivals of exactly the last seven days', async () => {
    for (let day = FIRST; day < FIRST + 90 * DAY; day += DAY) {
      await pass(day, day + DAY);
      const expected = count(between(day - 6 * DAY, day + DAY));
      expect(await sevenDayTotal(trend, 'ATL', now)).toBe(expected.get('ATL') ?? 0);
      expect(await sevenDayTotal(trend, 'LAX', now)).toBe(expected.get('LAX') ?? 0);
    }
  });

  it('are read as one bucket each', async () => {
    await pass(FIRST, FIRST + 7 * DAY);
    const read = await trend.get('ATL', 'day', { timestamp: FIRST });
    expect([...read]).toEqual([[FIRST, count(between(FIRST, FIRST + 7 * DAY)).get('ATL')]]);
  });

  it('are ranked each week, with the seven days before', async () => {
    let evenings = 0;
    for (const { start, end } of weeks()) {
      await pass(start, end);
      await trend.expire();
      const arrivals = count(between(end - 7 * DAY, end));
      const before = count(between(end - 14 * DAY, end - 7 * DAY));
      const expected = [...arrivals.keys()].map((name) => ({
        name,
        arrivals: arrivals.get(name),
        before: before.get(name) ?? 0,
      }));
      expected.sort((a, b) => (b.arrivals ?? 0) - (a.arrivals ?? 0) || (a.name < b.name ? -1 : 1));
      expect(await trending(trend, now, 10)).toEqual(expected.slice(0, 10));
      evenings++;
    }
    expect(evenings).toBe(13);
  });

  it('are none before anything has arrived', async () => {
    now = FIRST;
    expect(await trending(trend, now, 10)).toEqual([]);
    expect(await sevenDayTotal(trend, 'ATL', now)).toBe(0);
  });

  it('keep two windows of buckets', async () => {
    for (const { start, end } of weeks()) await pass(start, end);
    expect(await trend.properties('ATL')).toEqual({
      day: { first: FIRST + 76 * DAY, last: FIRST + 89 * DAY },
    });
  });

  it('are reported as an aligned table with bars', () => {
    const text = report(FIRST, [
      { name: 'ATL', arrivals: 120, before: 100 },
      { name: 'ORD', arrivals: 60, before: 80 },
      { name: 'BOI', arrivals: 30, before: 0 },
    ]);
    expect(text.split('\n').slice(1)).toEqual([
      'Trending in the seven days to 2001-01-01',
      '  #  to   arrivals  change',
      `  1  ATL       120   +20 %  ${'█'.repeat(32)}`,
      `  2  ORD        60   -25 %  ${'█'.repeat(16)}`,
      `  3  BOI        30     new  ${'█'.repeat(8)}`,
    ]);
  });
});
