/** Inserts that touch one bucket the store refuses: what is stored, and what is reported. */
import assert from 'node:assert/strict';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { BulkInsertError, BulkInserts } from '@kairos/core';
import { rejects } from '../harness/compare.js';
import { dataOf, MINUTE, T } from '../harness/model.js';
import type { StoreUnderTest, TestTimeseries } from '../harness/store-under-test.js';
import type { ConformanceFactory } from '../options.js';

/** No gauges: a store may accept anything as a reading and refuse nothing. */
export const refusedTypes = ['count', 'series', 'histogram', 'set'] as const;

type RefusedType = (typeof refusedTypes)[number];

/** The intervals of the failing inserts. Each name touches one bucket of each interval. */
const failingIntervals = { minute: { step: 60 }, day: { step: 86_400 } } as const;

type MakeFail = NonNullable<ConformanceFactory['failing']>;

type Failing = TestTimeseries<RefusedType, typeof failingIntervals>;

/** The first or the last of an insert's many buckets. */
const refusedBuckets = [
  { interval: 'minute', copies: 0 },
  { interval: 'day', copies: 50 },
] as const;

async function openFailing(store: StoreUnderTest, type: RefusedType) {
  const namespace = store.namespace('failing');
  return { namespace, timeseries: await store.open(type, failingIntervals, { namespace }) };
}

async function dayOf(timeseries: Failing, name: string): Promise<unknown[]> {
  return [...(await timeseries.get(name, 'day', { timestamp: T })).values()];
}

export async function bulkThatFails(
  store: StoreUnderTest,
  type: RefusedType,
  failing: MakeFail,
): Promise<void> {
  const { namespace, timeseries } = await openFailing(store, type);
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
  assert.notEqual(error.cause, undefined, "the cause is the driver's error");
  const failed = listed(error.failed);
  const unknown = listed(error.unknown);
  const all = listed(inserts);
  assert.ok(failed.length + unknown.length > 0, 'the error contains the inserts that were not stored');
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
    'the insert into the refused bucket is among those not stored',
  );

  if (store.adapterOf(timeseries).capabilities.atomicEvents) {
    for (const name of new Set(all.map((each) => each.name))) await assertWhole(timeseries, name);
    const untold = unknown.filter(({ name }) => name !== target.name).map(({ key }) => key);
    assert.deepEqual(untold, [], 'the fate of every other name is known');
  }

  const fateOf = ({ key }: Listed) => {
    if (failed.some((each) => each.key === key)) return 'failed';
    return unknown.some((each) => each.key === key) ? 'unknown' : 'stored';
  };
  await assertHolds(timeseries, all, (insert, interval) => {
    const fate = fateOf(insert);
    if (fate !== 'unknown') return fate === 'stored';
    return error.applied.get(insert.timestamp)?.get(insert.name)?.includes(interval) ? true : 'perhaps';
  });
  // `failed` has the shape and the values of the inserts, which the error's type cannot know.
  await timeseries.bulkInsert(error.failed as BulkInserts<number>);
  await assertHolds(timeseries, all, (insert, interval) => {
    if (fateOf(insert) !== 'unknown') return true;
    return error.applied.get(insert.timestamp)?.get(insert.name)?.includes(interval) ? true : 'perhaps';
  });
}

export async function insertThatFails(
  store: StoreUnderTest,
  type: RefusedType,
  failing: MakeFail,
): Promise<void> {
  const { namespace, timeseries } = await openFailing(store, type);
  for (const { interval, copies } of refusedBuckets) {
    const bucket = Math.floor(T / failingIntervals[interval].step) + copies;
    const insert = () => timeseries.insert(interval, 1, { timestamp: T, intervals: copies });
    const target = { namespace, type, name: interval, interval, bucket, resolution: 0 };
    const undo = await failing({ ...target, source: store.source });
    try {
      const error = await rejects(insert, 'KAIROS_STORAGE');
      assert.notEqual(error.cause, undefined, "the cause is the driver's error");
    } finally {
      await undo();
    }
    if (store.adapterOf(timeseries).capabilities.atomicEvents) {
      assert.deepEqual(await timeseries.properties(interval), {}, 'no part of the event was stored');
      await insert();
      assert.deepEqual(await dayOf(timeseries, interval), [dataOf(type, [1])]);
    }
  }
}

/** Checks that an event is in all its intervals or in none: the minutes must add up to the day. */
async function assertWhole(timeseries: Failing, name: string): Promise<void> {
  const range = { start: T, end: T + 60, collapse: true };
  const minutes = [...(await timeseries.series(name, 'minute', range)).values()];
  assert.deepEqual(minutes, await dayOf(timeseries, name), `no event of "${name}" was applied in part`);
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

/** Checks that every bucket holds everything it must, and nothing it must not. */
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
      const found = allowed.some((data) => isDeepStrictEqual(data, read));
      assert.ok(
        found,
        `${name} at ${start * step} in "${interval}" holds ${inspect(read)}; expected ${allowed.map((data) => inspect(data)).join(' or ')}`,
      );
    }
  }
}

/** The values that a bucket may hold: one list for each possible outcome of the uncertain inserts. */
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
  // The code identifies a `BulkInsertError`, even from another copy of the package.
  return error as BulkInsertError;
}
