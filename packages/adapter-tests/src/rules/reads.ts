import assert from 'node:assert/strict';
import { nestedTimeline, timeline } from '../harness/compare.js';
import { dataOf, HOUR, MINUTE, T, types } from '../harness/model.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

/** The joined rows of several names, if `dataOf` gives their values. */
const joined = {
  series: [1, 2, 2, 2, 3],
  histogram: new Map([
    [1, 1],
    [2, 3],
    [3, 1],
  ]),
  count: 10,
  gauge: 3,
  set: new Set([1, 2, 3]),
} as const;

export const readsRule = rule('Reads: several names, resolutions, and functions of the caller', (it) => {
  for (const type of types) {
    it(`the data of several ${type} names is joined in the order of the names`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const [one, silent, two] = [store.name('one'), store.name('silent'), store.name('two')];
      await timeseries.insert(two, [2, 3], { timestamp: T });
      await timeseries.insert(one, [1, 2, 2], { timestamp: T });
      await timeseries.insert(one, 7, { timestamp: T + 60 });
      const names = [one, silent, two];
      const range = { start: T, end: T + 120 };
      const expected = [
        [MINUTE, joined[type]],
        [MINUTE + 60, dataOf(type, [7])],
        [MINUTE + 120, dataOf(type, [])],
      ];
      assert.deepEqual(timeline(await timeseries.series(names, 'minute', range)), expected);
      assert.deepEqual(timeline(await timeseries.series(new Set(names), 'minute', range)), expected);
      assert.deepEqual(timeline(await timeseries.get(names, 'hour', { timestamp: T })), expected.slice(0, 2));
    });

    it(`several ${type} names are read apart, each as if alone, in the order of the names`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const [one, silent, two] = [store.name('one'), store.name('silent'), store.name('two')];
      await timeseries.insert(two, [2, 3], { timestamp: T });
      await timeseries.insert(one, [1, 2, 2], { timestamp: T });
      await timeseries.insert(one, 7, { timestamp: T + 60 });
      const names = [two, silent, one, two];
      for (const interval of ['minute', 'hour'] as const) {
        for (const how of [{}, { condense: true }, { collapse: true }, { transform: 'count' }] as const) {
          const options = { start: T, end: T + 3600, ...how };
          const apart = await timeseries.seriesByName(names, interval, options);
          assert.deepEqual([...apart.keys()], [two, silent, one]);
          for (const [name, series] of apart) {
            assert.deepEqual(series, await timeseries.series(name, interval, options));
          }
        }
      }
    });

    it(`a ${type} is condensed and collapsed in the order of time`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const name = store.name();
      await timeseries.insert(name, [5, 4], { timestamp: HOUR + 120 });
      await timeseries.insert(name, 3, { timestamp: HOUR + 60 });
      await timeseries.insert(name, [2, 3], { timestamp: HOUR + 3600 });
      const range = { start: HOUR, end: HOUR + 7200 };
      assert.deepEqual(timeline(await timeseries.series(name, 'hour', { ...range, condense: true })), [
        [HOUR, dataOf(type, [3, 5, 4])],
        [HOUR + 3600, dataOf(type, [2, 3])],
        [HOUR + 7200, dataOf(type, [])],
      ]);
      assert.deepEqual(timeline(await timeseries.series(name, 'hour', { ...range, collapse: true })), [
        [HOUR, dataOf(type, [3, 5, 4, 2, 3])],
      ]);
    });

    it(`processRow gets the data of a ${type}, and is not called without data`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const [name, silent] = [store.name(), store.name('silent')];
      await timeseries.insert(name, [4, 4], { timestamp: T });
      await timeseries.insert(name, 1, { timestamp: T + 120 });
      const seen: unknown[] = [];
      const read = await timeseries.series([name, silent], 'minute', {
        start: T - 60,
        end: T + 120,
        processRow: (data) => {
          seen.push(data);
          return `row ${seen.length}`;
        },
        joinRows: (rows) => rows.map((row) => (typeof row === 'string' ? row : 'empty')),
      });
      assert.deepEqual(seen, [dataOf(type, [4, 4]), dataOf(type, [1])]);
      assert.deepEqual(timeline(read), [
        [MINUTE - 60, ['empty', 'empty']],
        [MINUTE, ['row 1', 'empty']],
        [MINUTE + 60, ['empty', 'empty']],
        [MINUTE + 120, ['row 2', 'empty']],
      ]);
    });
  }

  it('custom condense and collapse functions get the data by ascending timestamp', async (store) => {
    const series = await store.shared('series', intervals);
    const name = store.name();
    for (const minute of [59, 0, 61, 7]) await series.insert(name, minute, { timestamp: HOUR + minute * 60 });
    const range = { start: HOUR, end: HOUR + 3600 };
    const condensed = await series.series(name, 'hour', {
      ...range,
      condense: (data: ReadonlyMap<number, (string | number)[]>) => [...data],
    });
    assert.deepEqual(timeline(condensed), [
      [
        HOUR,
        [
          [HOUR, [0]],
          [HOUR + 420, [7]],
          [HOUR + 3540, [59]],
        ],
      ],
      [HOUR + 3600, [[HOUR + 3660, [61]]]],
    ]);
    const collapsed = await series.series(name, 'hour', {
      ...range,
      collapse: (data: ReadonlyMap<number, (string | number)[]>) => [...data.keys()],
    });
    assert.deepEqual(timeline(collapsed), [[HOUR, [HOUR, HOUR + 3600]]]);
  });

  it('transforms get the data and its seconds', async (store) => {
    const series = await store.shared('series', intervals);
    const name = store.name();
    await series.insert(name, [1, 2, 6], { timestamp: T });
    const options = { timestamp: T, transform: ['mean', 'count', 'min', 'max', 'sum', 'rate'] } as const;
    assert.deepEqual(timeline(await series.get(name, 'minute', options)), [
      [MINUTE, { mean: 3, count: 3, min: 1, max: 6, sum: 9, rate: 3 / 60 }],
    ]);
    const hours = await series.series(name, 'hour', {
      start: T,
      transform: { spread: (data, seconds) => [data, seconds], top: 'max' },
    });
    assert.deepEqual(nestedTimeline(hours), [[HOUR, [[MINUTE, { spread: [[1, 2, 6], 60], top: 6 }]]]]);
  });

  it('a name requested twice is joined once', async (store) => {
    const count = await store.shared('count', intervals);
    const name = store.name();
    await count.insert(name, 5, { timestamp: T });
    assert.deepEqual(timeline(await count.get([name, name], 'minute', { timestamp: T })), [[MINUTE, 5]]);
  });

  it('without a timestamp, inserts and reads use the current time', async (store) => {
    let now = T;
    const gauge = await store.open('gauge', intervals, { clock: () => now });
    const name = store.name();
    await gauge.insert(name, 5);
    await gauge.bulkInsert(new Map([[null, { [name]: [6] }]]));
    assert.deepEqual(timeline(await gauge.get(name, 'minute')), [[MINUTE, 6]]);
    assert.deepEqual(timeline(await gauge.get(name, 'minute', { timestamp: new Date(T * 1000) })), [
      [MINUTE, 6],
    ]);
    now = T + 60;
    assert.deepEqual(timeline(await gauge.series(name, 'minute', { steps: 2 })), [
      [MINUTE, 6],
      [MINUTE + 60, null],
    ]);
  });
});
