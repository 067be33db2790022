import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

/** The current time in the tests: 2023-11-14 22:13:20 UTC, 20 seconds into a minute. */
export const NOW = 1_700_000_000;
/** The start of its minute. */
export const MINUTE = 1_699_999_980;

const clock = () => NOW;

/** Opens timeseries of all types in SQLite, with a little data. */
export async function openAll() {
  const kairos = new Kairos([sql]);
  const memory = 'sqlite::memory:';
  const minute = { step: 60, steps: 240 };
  const hits = await kairos.timeseries(memory, {
    type: 'count',
    intervals: { minute, day: { step: 'daily', resolution: '1h' }, second: { step: 1 } },
    timezone: 'Europe/Paris',
    clock,
  });
  const delays = await kairos.timeseries(memory, { type: 'histogram', intervals: { minute }, clock });
  const temperature = await kairos.timeseries(memory, { type: 'gauge', intervals: { minute }, clock });
  const seen = await kairos.timeseries(memory, {
    type: 'set',
    valueType: 'string',
    intervals: { minute },
    clock,
  });
  const sizes = await kairos.timeseries(memory, {
    type: 'series',
    valueType: 'long',
    intervals: { minute },
    clock,
  });
  const dates = await kairos.timeseries(memory, {
    type: 'set',
    valueType: 'datetime',
    intervals: { minute },
    clock,
  });
  const blobs = await kairos.timeseries(memory, {
    type: 'series',
    valueType: 'blob',
    intervals: { minute },
    clock,
  });
  await hits.insert('home', 3, { timestamp: NOW });
  await hits.insert('home', 2, { timestamp: NOW - 60 });
  await hits.insert('about', 5, { timestamp: NOW });
  await delays.insert('JFK', [5, 5, 12], { timestamp: NOW });
  await temperature.insert('kitchen', 20.5, { timestamp: NOW });
  await seen.insert('home', ['ada', 'grace'], { timestamp: NOW });
  await sizes.insert('file', [3, 2n ** 62n, 1], { timestamp: NOW });
  await dates.insert('release', new Date('2024-03-01T12:00:00Z'), { timestamp: NOW });
  await blobs.insert('pixel', new Uint8Array([0, 1]), { timestamp: NOW });
  return { hits, delays, temperature, seen, sizes, dates, blobs };
}

export type All = Awaited<ReturnType<typeof openAll>>;

export async function closeAll(all: All): Promise<void> {
  for (const each of Object.values(all)) await each.close();
}
