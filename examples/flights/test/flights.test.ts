import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Flight, readFlights } from '../src/flights.js';
import { load } from '../src/load.js';
import {
  busiestAirports,
  busiestDay,
  delaysByMonth,
  departuresByHour,
  destinationsByWeek,
} from '../src/questions.js';
import { report } from '../src/report.js';
import { type FlightSeries, openSeries } from '../src/timeseries.js';

let folder: string;
let flights: Flight[];
let series: FlightSeries;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-flights-'));
  flights = await readFlights();
  series = await openSeries(join(folder, 'flights.sqlite'));
  await load(series, flights, () => {});
}, 120_000);

afterAll(async () => {
  for (const each of Object.values(series)) await each.close();
  await rm(folder, { recursive: true });
});

const iso = ({ time }: Flight) => new Date(time * 1000).toISOString();

function groupBy<K>(items: readonly Flight[], keyOf: (flight: Flight) => K): Map<K, Flight[]> {
  const groups = new Map<K, Flight[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

describe('The flights of the first quarter of 2001, read back from SQLite', () => {
  it('are all there', () => {
    expect(flights).toHaveLength(20_000);
  });

  it('have the departures of each hour of their busiest day', async () => {
    const byDay = groupBy(flights, (flight) => iso(flight).slice(0, 10));
    const [day, departures] = [...byDay].sort(([, a], [, b]) => b.length - a.length)[0] ?? ['', []];
    expect(await busiestDay(series)).toBe(Date.parse(day) / 1000);
    const byHour = groupBy(departures, ({ time }) => Math.floor(time / 3600) * 3600);
    const expected = [...byHour].map(([start, { length }]) => [start, length]);
    expect([...(await departuresByHour(series, new Date(day)))]).toEqual(expected);
  });

  it('have the mean and the 95th percentile of the delays of each month', async () => {
    const byMonth = groupBy(flights, (flight) => iso(flight).slice(0, 7));
    const answers = await delaysByMonth(series);
    expect(answers.size).toBe(3);
    for (const [month, found] of byMonth) {
      const sorted = found.map(({ delay }) => delay).sort((a, b) => a - b);
      const answer = answers.get(Date.parse(`${month}-01`) / 1000);
      expect(answer?.flights).toBe(found.length);
      expect(answer?.mean).toBeCloseTo(sorted.reduce((sum, delay) => sum + delay, 0) / sorted.length, 10);
      const place = (sorted.length - 1) * 0.95;
      const [low = 0, high = low] = sorted.slice(Math.floor(place));
      expect(answer?.p95).toBeCloseTo(low + (high - low) * (place % 1), 10);
    }
  });

  it('have the airports flown to in each week, weeks beginning on Sunday and at New Year', async () => {
    const sunday = (time: number) => time - ((Math.floor(time / 86_400) + 4) % 7) * 86_400 - (time % 86_400);
    const newYear = Date.parse('2001-01-01') / 1000;
    const byWeek = groupBy(flights, ({ time }) => Math.max(sunday(time), newYear));
    const expected = [...byWeek].map(([start, found]) => [
      start,
      new Set(found.map((each) => each.destination)).size,
    ]);
    expect([...(await destinationsByWeek(series))]).toEqual(expected);
  });

  it('have the busiest airports with the delay of the last flight', async () => {
    const byOrigin = groupBy(flights, ({ origin }) => origin);
    const airports = await busiestAirports(series, 5);
    const most = [...byOrigin.values()].map(({ length }) => length).sort((a, b) => b - a);
    expect(airports.map(({ departures }) => departures)).toEqual(most.slice(0, 5));
    for (const { origin, departures, lastDelay } of airports) {
      const found = byOrigin.get(origin) ?? [];
      expect(departures).toBe(found.length);
      expect(lastDelay).toBe(found.at(-1)?.delay);
    }
  });

  it('are reported as aligned tables with bars', async () => {
    const blocks: string[] = [];
    for await (const each of report(series)) blocks.push(each);
    expect(blocks).toHaveLength(4);
    for (const each of blocks) expect(each).toContain('█'.repeat(32));
  });
});
