import assert from 'node:assert/strict';
import { timeline } from '../harness/compare.js';
import { dataOf, HOUR, MINUTE, T, types } from '../harness/model.js';
import { Random } from '../harness/random.js';
import type { TestTimeseries } from '../harness/store-under-test.js';
import { rule } from '../rule.js';
import { bulkThatFails, insertThatFails, refusedTypes } from './failures.js';
import { countThatOverflows, histogramThatOverflows } from './overflow.js';

const intervals = {
  minute: { step: 60 },
  hour: { step: 3600, resolution: 60 },
  week: { step: 'weekly' },
} as const;

export const writesRule = rule('Rule 5: acknowledged means stored', (it, { failing }) => {
  for (const type of types) {
    it(`every reader sees an insert into a ${type} once it is acknowledged`, async (store) => {
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
        // The Map's order is the order of arrival, so insert them one by one in that order.
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

  it('inserted values and read results never change later', async (store) => {
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

  it('an amount that overflows a count is refused, and leaves the bucket unchanged', countThatOverflows);

  it(
    'occurrences that overflow a histogram are refused, and leave the bucket unchanged',
    histogramThatOverflows,
  );

  if (failing === undefined) return;
  for (const type of refusedTypes) {
    it(`a bulk insert into a ${type} that fails part-way reports what was stored and what was not`, (store) =>
      bulkThatFails(store, type, failing));

    it(`a failing insert into a ${type} rejects, and leaves nothing behind if events are atomic`, (store) =>
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
