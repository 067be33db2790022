import assert from 'node:assert/strict';
import type { BulkInsertError, BulkInserts } from '@kairos/core';
import { rejects, timeline } from '../harness/compare.js';
import { dataOf, HOUR, MINUTE, T, types } from '../harness/model.js';
import { Random } from '../harness/random.js';
import type { StoreUnderTest, TestTimeseries } from '../harness/store-under-test.js';
import type { ConformanceFactory } from '../options.js';
import { rule } from '../rule.js';

const intervals = {
  minute: { step: 60 },
  hour: { step: 3600, resolution: 60 },
  week: { step: 'weekly' },
} as const;

export const writesRule = rule('Rule 5: acknowledged means stored', (it, { failing }) => {
  for (const type of types) {
    it(`an insert into a ${type} is there for every reader once it is acknowledged`, async (store) => {
      const [a, b] = [store.name('a'), store.name('b')];
      const writer = await store.open(type, intervals);
      const reader = await store.open(type, intervals);
      for (const value of [1, 2, 3]) {
        assert.deepEqual(await writer.insert(a, value, { timestamp: T }), { stored: 3, expired: 0 });
        const seen = dataOf(type, [1, 2, 3].slice(0, value));
        assert.deepEqual(timeline(await reader.get(a, 'minute', { timestamp: T })), [[MINUTE, seen]]);
        assert.deepEqual(timeline(await reader.get(a, 'hour', { timestamp: T })), [[MINUTE, seen]]);
      }
      const inserts = new Map([
        [T, { [a]: [4, 5], [b]: [6] }],
        [T + 60, { [b]: [7] }],
      ]);
      assert.deepEqual(await writer.bulkInsert(inserts), { stored: 3 + 5, expired: 0 });
      const all = await reader.get(a, 'minute', { timestamp: T });
      assert.deepEqual(timeline(all), [[MINUTE, dataOf(type, [1, 2, 3, 4, 5])]]);
      assert.deepEqual(timeline(await reader.get(b, 'hour', { timestamp: T })), [
        [MINUTE, dataOf(type, [6])],
        [MINUTE + 60, dataOf(type, [7])],
      ]);
    });

    for (const seed of [1, 2, 3]) {
      it(`a bulk insert into a ${type} equals its inserts one by one (seed ${seed})`, async (store) => {
        const timeseries = await store.shared(type, intervals);
        const random = new Random(seed * 1000 + types.indexOf(type));
        const copies = random.pick([0, 0, 2, -3]);
        const bulk = new Map<number, Map<string, number[]>>();
        const events: { readonly name: number; readonly timestamp: number; readonly values: number[] }[] = [];
        for (let index = 0; index < 40; index++) {
          const timestamp = HOUR + random.whole(-4000, 4000);
          const name = random.whole(0, 2);
          if (bulk.get(timestamp)?.has(String(name))) continue;
          const values = Array.from({ length: random.whole(1, 3) }, () => random.whole(-3, 3));
          events.push({ name, timestamp, values });
          bulk.set(timestamp, (bulk.get(timestamp) ?? new Map()).set(String(name), values));
        }
        const single = [0, 1, 2].map(() => store.name('single'));
        const bulked = [0, 1, 2].map(() => store.name('bulk'));
        // A Map of timestamps is the order of arrival: one by one in that order.
        for (const [timestamp, named] of bulk) {
          for (const [name, values] of named) {
            await timeseries.insert(single[Number(name)] ?? '', values, { timestamp, intervals: copies });
          }
        }
        const renamed = [...bulk].map(([timestamp, named]) => {
          const entries = [...named].map(([name, values]) => [bulked[Number(name)] ?? '', values] as const);
          return [timestamp, new Map(entries)] as const;
        });
        await timeseries.bulkInsert(new Map(renamed), { intervals: copies });
        for (const place of [0, 1, 2]) {
          const [one, other] = [single[place] ?? '', bulked[place] ?? ''];
          assert.deepEqual(await everything(timeseries, other), await everything(timeseries, one));
        }
        assert.ok(events.length > 20, 'there is something to compare');
      });
    }
  }

  it('a series keeps the order of arrival, not that of time', async (store) => {
    const series = await store.shared('series', intervals);
    const [single, bulk] = [store.name('single'), store.name('bulk')];
    const seconds = [30, 10, 20, 0, 10];
    for (const second of seconds) await series.insert(single, second, { timestamp: MINUTE + second });
    assert.deepEqual(timeline(await series.get(single, 'minute', { timestamp: T })), [[MINUTE, seconds]]);
    const inserts = new Map(
      [30, 10, 20].map((second) => [MINUTE + second, { [bulk]: [second, second + 1] }]),
    );
    await series.bulkInsert(inserts);
    await series.insert(bulk, -1, { timestamp: MINUTE });
    const data = [30, 31, 10, 11, 20, 21, -1];
    assert.deepEqual(timeline(await series.get(bulk, 'minute', { timestamp: T })), [[MINUTE, data]]);
  });

  it('a series keeps the order of many inserts within one second', async (store) => {
    const series = await store.shared('series', intervals);
    const name = store.name();
    const values = [...Array(60).keys()].map((index) => (index * 37) % 60);
    for (const value of values.slice(0, 30)) await series.insert(name, value, { timestamp: T });
    await series.insert(name, values.slice(30), { timestamp: T });
    assert.deepEqual(timeline(await series.get(name, 'hour', { timestamp: T })), [[MINUTE, values]]);
  });

  it('a gauge holds the reading that arrived last, whatever its timestamp', async (store) => {
    const gauge = await store.shared('gauge', intervals);
    const [single, bulk] = [store.name('single'), store.name('bulk')];
    await gauge.insert(single, 1, { timestamp: MINUTE + 50 });
    await gauge.insert(single, 2, { timestamp: MINUTE + 10 });
    assert.deepEqual(timeline(await gauge.get(single, 'minute', { timestamp: T })), [[MINUTE, 2]]);
    const inserts = new Map([
      [MINUTE + 50, { [bulk]: [1, 2] }],
      [MINUTE + 10, { [bulk]: [4, 3] }],
    ]);
    await gauge.bulkInsert(inserts);
    assert.deepEqual(timeline(await gauge.get(bulk, 'minute', { timestamp: T })), [[MINUTE, 3]]);
    await gauge.insert(bulk, 3, { timestamp: MINUTE });
    await gauge.insert(bulk, 1, { timestamp: MINUTE });
    assert.deepEqual(timeline(await gauge.get(bulk, 'hour', { timestamp: T })), [[MINUTE, 1]]);
  });

  it('what is inserted and what was read are never changed later', async (store) => {
    for (const type of ['series', 'histogram', 'set'] as const) {
      const timeseries = await store.shared(type, intervals);
      const name = store.name();
      const values = Object.freeze([1, 2, 2]);
      await timeseries.insert(name, values, { timestamp: T });
      const read = await timeseries.get(name, 'minute', { timestamp: T });
      await timeseries.insert(name, 3, { timestamp: T });
      assert.deepEqual(timeline(read), [[MINUTE, dataOf(type, [1, 2, 2])]]);
    }
  });

  if (failing === undefined) return;
  for (const type of ['count', 'series'] as const) {
    it(`a bulk insert into a ${type} that fails part-way tells what was stored and what was not`, (store) =>
      bulkThatFails(store, type, failing));

    it(`an insert into a ${type} that fails rejects, and leaves no part where events are atomic`, (store) =>
      insertThatFails(store, type, failing));
  }
});

/** All reads of the hours around `HOUR`, in every interval. */
async function everything(timeseries: TestTimeseries, name: string): Promise<unknown> {
  const range = { start: HOUR - 5 * 3600, end: HOUR + 5 * 3600 };
  const weeks = { start: HOUR - 35 * 86_400, end: HOUR + 35 * 86_400 };
  return [
    timeline(await timeseries.series(name, 'minute', range)),
    timeline(await timeseries.series(name, 'hour', range)),
    timeline(await timeseries.series(name, 'week', weeks)),
    await timeseries.properties(name),
  ];
}

/** The intervals of the failing inserts: one bucket of each is touched by each name. */
const failingIntervals = { minute: { step: 60 }, day: { step: 86_400 } } as const;

type MakeFail = NonNullable<ConformanceFactory['failing']>;

type Failing = TestTimeseries<'count' | 'series', typeof failingIntervals>;

async function bulkThatFails(
  store: StoreUnderTest,
  type: 'count' | 'series',
  failing: MakeFail,
): Promise<void> {
  const namespace = store.namespace();
  const timeseries = await store.open(type, failingIntervals, { namespace });
  const target = { namespace, type, name: 'refused', interval: 'minute', bucket: MINUTE / 60, resolution: 0 };
  const inserts = new Map([
    [T, { first: [1], refused: [2], last: [3] }],
    [T + 60, { first: [4], refused: [5], other: [6] }],
  ]);
  const undo = await failing({ ...target, source: store.source });
  let error: BulkInsertError;
  try {
    error = await bulkErrorOf(timeseries.bulkInsert(inserts));
  } finally {
    await undo();
  }
  assert.notEqual(error.cause, undefined, 'the cause is the error of the driver');
  const failed = listed(error.failed);
  const unknown = listed(error.unknown);
  const all = listed(inserts);
  assert.ok(failed.length + unknown.length > 0, 'the error names what was not stored');
  const keys = [...failed, ...unknown].map(({ key }) => key);
  assert.deepEqual([...new Set(keys)].length, keys.length, 'an insert has one fate');
  for (const { key, values } of [...failed, ...unknown]) {
    assert.deepEqual(
      values,
      all.find((each) => each.key === key)?.values,
      `${key} is in the shape it was given`,
    );
  }
  assert.ok(
    keys.includes(keyOf(T, 'refused')),
    'the insert into the bucket that was refused is among those not stored',
  );

  const fateOf = ({ key }: Listed) => {
    if (failed.some((each) => each.key === key)) return 'failed';
    return unknown.some((each) => each.key === key) ? 'unknown' : 'stored';
  };
  await assertHolds(timeseries, all, (insert, interval) => {
    const fate = fateOf(insert);
    if (fate !== 'unknown') return fate === 'stored';
    return error.applied.get(insert.timestamp)?.get(insert.name)?.includes(interval) ? true : 'perhaps';
  });
  // What failed has the shape and the values of what was given, which the error's type cannot know.
  await timeseries.bulkInsert(error.failed as BulkInserts<number>);
  await assertHolds(timeseries, all, (insert, interval) => {
    if (fateOf(insert) !== 'unknown') return true;
    return error.applied.get(insert.timestamp)?.get(insert.name)?.includes(interval) ? true : 'perhaps';
  });
}

async function insertThatFails(
  store: StoreUnderTest,
  type: 'count' | 'series',
  failing: MakeFail,
): Promise<void> {
  const namespace = store.namespace();
  const timeseries = await store.open(type, failingIntervals, { namespace });
  for (const interval of ['minute', 'day'] as const) {
    const bucket = Math.floor(T / failingIntervals[interval].step);
    const target = { namespace, type, name: interval, interval, bucket, resolution: 0 };
    const undo = await failing({ ...target, source: store.source });
    try {
      const error = await rejects(() => timeseries.insert(interval, 1, { timestamp: T }), 'KAIROS_STORAGE');
      assert.notEqual(error.cause, undefined, 'the cause is the error of the driver');
    } finally {
      await undo();
    }
    if (store.adapterOf(timeseries).capabilities.atomicEvents) {
      assert.deepEqual(await timeseries.properties(interval), {}, 'no part of the event was stored');
      await timeseries.insert(interval, 1, { timestamp: T });
      assert.deepEqual(
        [...(await timeseries.get(interval, 'day', { timestamp: T })).values()],
        [dataOf(type, [1])],
      );
    }
  }
}

interface Listed {
  readonly key: string;
  readonly timestamp: number;
  readonly name: string;
  readonly values: readonly number[];
}

const keyOf = (timestamp: number, name: string) => `${name} at ${timestamp}`;

function listed(inserts: BulkInserts): Listed[] {
  const list: Listed[] = [];
  for (const [timestamp, named] of inserts) {
    for (const [name, values] of named instanceof Map ? named : Object.entries(named)) {
      const seconds = Number(timestamp);
      list.push({ key: keyOf(seconds, name), timestamp: seconds, name, values: [...values].map(Number) });
    }
  }
  return list;
}

/** Checks that every bucket holds what it must, and nothing that it must not. */
async function assertHolds(
  timeseries: Failing,
  inserts: readonly Listed[],
  holds: (insert: Listed, interval: 'minute' | 'day') => boolean | 'perhaps',
): Promise<void> {
  for (const interval of ['minute', 'day'] as const) {
    const { step } = failingIntervals[interval];
    const buckets = new Map<string, Listed[]>();
    for (const insert of inserts) {
      const bucket = JSON.stringify([insert.name, Math.floor(insert.timestamp / step)]);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), insert]);
    }
    for (const [bucket, inside] of buckets) {
      const [name, start]: [string, number] = JSON.parse(bucket);
      const [read] = (await timeseries.get(name, interval, { timestamp: start * step })).values();
      const choices = inside.map((insert) => [insert, holds(insert, interval)] as const);
      const allowed = combinations(choices).map((values) => dataOf(timeseries.type, values));
      const found = allowed.some((data) => JSON.stringify(data) === JSON.stringify(read));
      assert.ok(
        found,
        `${name} at ${start * step} in "${interval}" holds ${JSON.stringify(read)}; expected ${allowed.map((data) => JSON.stringify(data)).join(' or ')}`,
      );
    }
  }
}

/** The values that a bucket may hold, one list for each way in which the uncertain inserts may have gone. */
function combinations(choices: readonly (readonly [Listed, boolean | 'perhaps'])[]): number[][] {
  let lists: number[][] = [[]];
  for (const [{ values }, held] of choices) {
    const withIt = lists.map((list) => [...list, ...values]);
    if (held === true) lists = withIt;
    else if (held === 'perhaps') lists = [...lists, ...withIt];
  }
  return lists;
}

async function bulkErrorOf(work: Promise<unknown>): Promise<BulkInsertError> {
  const error = await rejects(() => work, 'KAIROS_BULK_INSERT');
  // A `BulkInsertError` is told by its code, which holds across copies of the package.
  return error as BulkInsertError;
}
