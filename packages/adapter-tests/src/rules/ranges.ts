import assert from 'node:assert/strict';
import type { BucketRow, IntervalsOptions, TimeseriesType } from '@kairos/core';
import { filled, nestedTimeline, timeline } from '../harness/compare.js';
import { dataOf, HOUR, MINUTE, T, types } from '../harness/model.js';
import type { StoreUnderTest } from '../harness/store-under-test.js';
import { rule } from '../rule.js';

const intervals = { second: { step: 1 }, hour: { step: 3600, resolution: 60 } } as const;

export const rangesRule = rule(
  'Rule 3: ranges have no holes, and contain exactly the requested buckets',
  (it) => {
    for (const type of types) {
      it(`a coarse ${type} has every interval of the range, ends included`, async (store) => {
        const timeseries = await store.shared(type, intervals);
        const name = store.name();
        for (const timestamp of [9, 10, 11, 13, 14]) await timeseries.insert(name, timestamp, { timestamp });
        assert.deepEqual(timeline(await timeseries.series(name, 'second', { start: 10, end: 13 })), [
          [10, dataOf(type, [10])],
          [11, dataOf(type, [11])],
          [12, dataOf(type, [])],
          [13, dataOf(type, [13])],
        ]);
      });

      it(`a ${type} with a resolution has every interval, and inside it only what has data`, async (store) => {
        const timeseries = await store.shared(type, intervals);
        const name = store.name();
        for (const minute of [0, 1, 59, 180]) {
          await timeseries.insert(name, minute + 1, { timestamp: HOUR + minute * 60 });
        }
        const read = { start: HOUR - 3600, end: HOUR + 3 * 3600 + 3599 };
        assert.deepEqual(nestedTimeline(await timeseries.series(name, 'hour', read)), [
          [HOUR - 3600, []],
          [
            HOUR,
            [
              [HOUR, dataOf(type, [1])],
              [HOUR + 60, dataOf(type, [2])],
              [HOUR + 3540, dataOf(type, [60])],
            ],
          ],
          [HOUR + 3600, []],
          [HOUR + 7200, []],
          [HOUR + 10_800, [[HOUR + 10_800, dataOf(type, [181])]]],
        ]);
        assert.deepEqual(timeline(await timeseries.get(name, 'hour', { timestamp: HOUR + 3600 })), []);
      });

      it(`the adapter reads exactly the buckets and names of a ${type} in the query`, async (store) => {
        const timeseries = await store.shared(type, intervals);
        const [name, other, silent] = [store.name(), store.name('other'), store.name('silent')];
        for (const timestamp of [3599, 3600, 3660, 7199, 7200, 7201]) {
          await timeseries.insert(name, timestamp, { timestamp });
          await timeseries.insert(other, timestamp + 1, { timestamp });
        }
        const adapter = store.adapterOf(timeseries);
        const seconds = await adapter.read({ names: [name], interval: 'second', first: 3600, last: 7200 });
        assert.deepEqual(sorted(seconds), [
          { name, bucket: 3600, resolution: 0, data: dataOf(type, [3600]) },
          { name, bucket: 3660, resolution: 0, data: dataOf(type, [3660]) },
          { name, bucket: 7199, resolution: 0, data: dataOf(type, [7199]) },
          { name, bucket: 7200, resolution: 0, data: dataOf(type, [7200]) },
        ]);
        const hours = await adapter.read({ names: [silent, other], interval: 'hour', first: 1, last: 1 });
        assert.deepEqual(sorted(hours), [
          { name: other, bucket: 1, resolution: 60, data: dataOf(type, [3601]) },
          { name: other, bucket: 1, resolution: 61, data: dataOf(type, [3661]) },
          { name: other, bucket: 1, resolution: 119, data: dataOf(type, [7200]) },
        ]);
        const nothing = await adapter.read({ names: [silent], interval: 'second', first: 0, last: 9999 });
        assert.deepEqual([...nothing], []);
      });
    }

    it('buckets are ordered as numbers: around the epoch, and where they gain a digit', async (store) => {
      for (const type of ['series', 'count'] as const) {
        const timeseries = await store.shared(type, intervals);
        const name = store.name();
        const timestamps = [-1001, -1000, -101, -99, -10, -9, -1, 0, 1, 9, 10, 99, 100, 999, 1000, 1001];
        for (const timestamp of timestamps) await timeseries.insert(name, timestamp + 5000, { timestamp });
        const expected = (first: number, last: number) =>
          timestamps
            .filter((timestamp) => timestamp >= first && timestamp <= last)
            .map((timestamp) => [timestamp, dataOf(type, [timestamp + 5000])]);
        const ranges = [
          [-1001, 1001],
          [-1000, 1000],
          [-100, -10],
          [-9, 9],
          [-10, 10],
          [0, 99],
          [5, 99],
          [10, 1000],
          [2, 10],
        ] as const;
        for (const [start, end] of ranges) {
          const read = filled(await timeseries.series(name, 'second', { start, end }));
          assert.deepEqual(read, expected(start, end), `from ${start} to ${end}`);
        }
        assert.deepEqual((await timeseries.properties(name)).second, { first: -1001, last: 1001 });
      }
    });

    it('start, end and steps limit the range', async (store) => {
      const count = await store.shared('count', intervals);
      const name = store.name();
      for (const timestamp of [100, 101, 102, 103, 104]) await count.insert(name, timestamp, { timestamp });
      const seconds = async (range: { start?: number; end?: number; steps?: number }) =>
        timeline(await count.series(name, 'second', range)).map(([timestamp]) => timestamp);
      assert.deepEqual(await seconds({ start: 101, steps: 3 }), [101, 102, 103]);
      assert.deepEqual(await seconds({ end: 103, steps: 2 }), [102, 103]);
      assert.deepEqual(await seconds({ start: 101, end: 102, steps: 9 }), [101, 102]);
      assert.deepEqual(await seconds({ start: 101 }), [101]);
    });

    it('a range of Gregorian buckets crosses years without holes', async (store) => {
      const count = await store.shared('count', { monthly: { step: 'monthly' }, weekly: { step: 'weekly' } });
      const name = store.name();
      const [december, january] = [Date.UTC(2020, 11, 30) / 1000, Date.UTC(2021, 0, 2) / 1000];
      await count.insert(name, 2, { timestamp: december });
      await count.insert(name, 3, { timestamp: january });
      const date = (timestamp: number) => new Date(timestamp * 1000).toISOString().slice(0, 10);
      const dated = async (interval: 'monthly' | 'weekly', start: number, end: number) =>
        timeline(await count.series(name, interval, { start, end })).map(([each, data]) => [
          date(each),
          data,
        ]);
      assert.deepEqual(await dated('monthly', december - 31 * 86_400, january + 31 * 86_400), [
        ['2020-11-01', 0],
        ['2020-12-01', 2],
        ['2021-01-01', 3],
        ['2021-02-01', 0],
      ]);
      assert.deepEqual(await dated('weekly', december - 7 * 86_400, january + 7 * 86_400), [
        ['2020-12-20', 0],
        ['2020-12-27', 2],
        ['2021-01-01', 3],
        ['2021-01-03', 0],
      ]);
    });

    it('a range of 20,000 buckets is read whole', async (store) => {
      const count = await store.shared('count', intervals);
      const name = store.name();
      const inserts = new Map<number, { [name: string]: number[] }>();
      for (let index = 0; index < 20_000; index += 173) inserts.set(T + index, { [name]: [index + 1] });
      await count.bulkInsert(inserts);
      const read = await count.series(name, 'second', { start: T, steps: 20_000 });
      assert.equal(read.size, 20_000);
      const expected = [...inserts].map(([timestamp, named]) => [timestamp, named[name]?.[0]]);
      assert.deepEqual(filled(read), expected);
    });

    it('all 1,440 resolution buckets of a day are read, in order', async (store) => {
      const series = await store.shared('series', { day: { step: 'daily', resolution: 60 } });
      const name = store.name();
      const day = T - (T % 86_400);
      const minutes = [...Array(1440).keys()];
      const shuffled = minutes.map((minute) => (minute * 607) % 1440);
      await series.bulkInsert(
        new Map(shuffled.map((minute) => [day + minute * 60, { [name]: [minute, minute] }])),
      );
      const read = timeline(await series.get(name, 'day', { timestamp: day }));
      assert.deepEqual(
        read,
        minutes.map((minute) => [day + minute * 60, [minute, minute]]),
      );
    });

    it('1,500 names are read together', async (store) => {
      const count = await store.shared('count', { minute: { step: 60 } });
      const names = [...Array(1500).keys()].map(() => store.name('many'));
      const one = Object.fromEntries(names.map((name) => [name, [1]]));
      await count.bulkInsert(
        new Map([
          [T, one],
          [T + 120, one],
        ]),
      );
      assert.deepEqual(timeline(await count.series(names, 'minute', { start: T, end: T + 120 })), [
        [MINUTE, 1500],
        [MINUTE + 60, 0],
        [MINUTE + 120, 1500],
      ]);
    });

    it('a bucket with 5,000 different values is read whole', async (store) => {
      const values = [...Array(5000).keys()].map((index) => (index * 2659) % 5000);
      for (const type of ['series', 'histogram', 'set'] as const) {
        const timeseries = await store.shared(type, { minute: { step: 60 } });
        const name = store.name();
        await timeseries.insert(name, values, { timestamp: T });
        const data = timeline(await timeseries.get(name, 'minute', { timestamp: T }));
        assert.deepEqual(data, [[MINUTE, dataOf(type, values)]]);
      }
    });

    it('a bulk insert of 12,000 buckets is stored whole', async (store) => {
      for (const type of ['count', 'series'] as const) {
        const timeseries = await store.shared(type, { second: { step: 1 } });
        const names = [store.name('one'), store.name('two'), store.name('three')];
        const inserts = new Map<number, { [name: string]: number[] }>();
        for (let index = 0; index < 4000; index++) {
          inserts.set(T + index, Object.fromEntries(names.map((name, place) => [name, [index + place]])));
        }
        assert.deepEqual(await timeseries.bulkInsert(inserts), { stored: 12_000, expired: 0 });
        for (const [place, name] of names.entries()) {
          const read = await timeseries.series(name, 'second', { start: T, steps: 4000 });
          const expected = [...Array(4000).keys()].map((index) => [T + index, dataOf(type, [index + place])]);
          assert.deepEqual(timeline(read), expected);
        }
      }
    });

    it('iterate goes through every interval from the first with data to the last', async (store) => {
      for (const type of types) {
        const timeseries = await store.shared(type, intervals);
        const [name, other] = [store.name(), store.name('other')];
        await timeseries.insert(name, 1, { timestamp: T });
        await timeseries.insert(name, 2, { timestamp: T + 2500 });
        await timeseries.insert(other, 3, { timestamp: T - 1 });
        const entries = await collect(timeseries.iterate(name, 'second'));
        assert.equal(entries.length, 2501);
        assert.deepEqual(
          [entries.at(0), entries.at(1), entries.at(1024), entries.at(-1)],
          [
            [T, dataOf(type, [1])],
            [T + 1, dataOf(type, [])],
            [T + 1024, dataOf(type, [])],
            [T + 2500, dataOf(type, [2])],
          ],
        );
        assert.deepEqual(await collect(timeseries.iterate(name, 'hour')), [
          [MINUTE, dataOf(type, [1])],
          [MINUTE + 2520, dataOf(type, [2])],
        ]);
        const joined = await collect(timeseries.iterate([name, other], 'second'));
        assert.deepEqual([joined.length, joined.at(0)], [2502, [T - 1, dataOf(type, [3])]]);
        assert.deepEqual(await collect(timeseries.iterate(store.name('silent'), 'second')), []);
      }
    });

    it('interval names and names never run into one another', async (store) => {
      await neverMix(store, 'count');
      await neverMix(store, 'series');
    });
  },
);

/** Intervals and names that differ only in where a separator falls: `a` and `b:c`, `a:b` and `c`. */
async function neverMix(store: StoreUnderTest, type: TimeseriesType): Promise<void> {
  const separated = [':', '.', '/', '_', '|', ' ', '-', '%', '\\'].flatMap((separator) => [
    `a${separator}b`,
    `b${separator}c`,
  ]);
  const named = ['a', 'A', 'c', '__proto__', '$a', "'", ...separated];
  const step = (place: number) => 60 + place;
  const intervals: IntervalsOptions = Object.fromEntries(
    named.map((name, place) => [name, { step: step(place) }]),
  );
  const timeseries = await store.open(type, intervals, { namespace: store.namespace() });
  const adapter = store.adapterOf(timeseries);
  for (const [index, name] of named.entries()) {
    await timeseries.insert(name, index + 1, { timestamp: T });
    assert.deepEqual(Object.keys(await timeseries.properties(name)).sort(), [...named].sort());
  }
  for (const [place, interval] of named.entries()) {
    const bucket = Math.floor(T / step(place));
    const rows = await adapter.read({ names: named, interval, first: bucket - 5, last: bucket + 5 });
    const read = [...rows].map(({ name, bucket: found, data }) => [name, found, data]);
    const expected = named.map((name, index) => [name, bucket, dataOf(type, [index + 1])]);
    assert.deepEqual(read.sort(byName), expected.sort(byName), JSON.stringify(interval));
  }
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}

function sorted(rows: Iterable<BucketRow>): BucketRow[] {
  return [...rows]
    .map(({ name, bucket, resolution, data }) => ({ name, bucket, resolution, data }))
    .sort((a, b) => a.bucket - b.bucket || a.resolution - b.resolution);
}

async function collect<E>(entries: AsyncIterable<E>): Promise<E[]> {
  const collected: E[] = [];
  for await (const entry of entries) collected.push(entry);
  return collected;
}
