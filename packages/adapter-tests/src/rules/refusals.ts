import assert from 'node:assert/strict';
import type { TimeseriesType } from '@kairos/core';
import { call } from '../harness/call.js';
import { rejects } from '../harness/compare.js';
import { T, types } from '../harness/model.js';
import type { StoreUnderTest } from '../harness/store-under-test.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 } } as const;

export const refusalsRule = rule(
  'Rules 8 and 9: invalid input is refused before anything is written',
  (it) => {
    const names = [undefined, null, '', 5, {}, [], '\ud800', 'a\udc00'];
    const timestamps = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '2024-01-01',
      1e15,
      -1e15,
      new Date(Number.NaN),
      true,
    ];

    for (const type of types) {
      it(`a ${type} refuses bad names`, async (store) => {
        const timeseries = await open(store, type);
        for (const name of names) {
          const bulk = new Map([
            [
              T,
              new Map<unknown, unknown>([
                ['good', [1]],
                [name, [1]],
              ]),
            ],
          ]);
          await refused(timeseries, 'insert', name, 1, { timestamp: T });
          await refused(timeseries, 'bulkInsert', bulk);
          await refused(timeseries, 'get', [name], 'minute');
          await refused(timeseries, 'series', ['good', name], 'minute');
          await refused(timeseries, 'properties', name);
          await refused(timeseries, 'delete', name);
        }
        await refused(timeseries, 'get', [], 'minute');
        assert.deepEqual(await timeseries.list(), []);
      });

      it(`a ${type} refuses bad timestamps`, async (store) => {
        const timeseries = await open(store, type);
        for (const timestamp of timestamps) {
          const bulk = new Map<unknown, unknown>([
            [T, { good: [1] }],
            [timestamp, { good: [1] }],
          ]);
          await refused(timeseries, 'insert', 'good', 1, { timestamp });
          await refused(timeseries, 'bulkInsert', bulk);
          await refused(timeseries, 'get', 'good', 'minute', { timestamp });
          await refused(timeseries, 'series', 'good', 'minute', { start: timestamp });
          await refused(timeseries, 'series', 'good', 'minute', { end: timestamp });
        }
        await refused(timeseries, 'series', 'good', 'minute', { start: T + 1, end: T });
        await refused(timeseries, 'series', 'good', 'minute', { steps: 0 });
        assert.deepEqual(await timeseries.list(), []);
      });

      it(`a ${type} refuses bad values`, async (store) => {
        const values = [
          Number.NaN,
          Number.POSITIVE_INFINITY,
          -Number.POSITIVE_INFINITY,
          null,
          {},
          Symbol('s'),
          () => 1,
        ];
        const timeseries = await open(store, type);
        const bad = [
          ...values,
          [[1]],
          new Map(),
          ...(type === 'count' ? ['1', 'one', true, 1n] : [undefined]),
        ];
        for (const value of bad) {
          await refused(timeseries, 'insert', 'good', value, { timestamp: T });
          await refused(timeseries, 'insert', 'good', [1, value], { timestamp: T });
          await refused(timeseries, 'bulkInsert', new Map([[T, { good: [1], bad: [2, value] }]]));
        }
        const holes = [1, 2, 3];
        delete holes[1];
        await refused(timeseries, 'insert', 'good', holes, { timestamp: T });
        await refused(timeseries, 'bulkInsert', new Map([[T, { good: [1], bad: holes }]]));
        await refused(timeseries, 'bulkInsert', new Map([[T, { good: [1], bad: 5 }]]));
        await refused(timeseries, 'bulkInsert', { good: [1] });
        await refused(timeseries, 'bulkInsert', new Map([[T, [1]]]));
        assert.deepEqual(await timeseries.list(), []);
      });
    }

    it('half of a surrogate pair is refused as a value', async (store) => {
      const namespace = store.namespace();
      const set = await store.open('set', intervals, { namespace, text: true });
      for (const value of ['\ud800', 'a\udfff', '\udc00\ud800']) {
        await rejects(() => set.insert('a', value, { timestamp: T }), 'KAIROS_INVALID_VALUE');
        await rejects(() => set.insert('a', ['good', value], { timestamp: T }), 'KAIROS_INVALID_VALUE');
      }
      assert.deepEqual(await set.list(), []);
    });

    it('bad options of inserts and reads are refused', async (store) => {
      const timeseries = await open(store, 'count');
      for (const copies of [0.5, Number.NaN, '1', null, 1e9]) {
        await refused(timeseries, 'insert', 'a', 1, { timestamp: T, intervals: copies });
        await refused(timeseries, 'bulkInsert', new Map([[T, { a: [1] }]]), { intervals: copies });
      }
      const unknown = { timestamp: T, unheardOf: 1 };
      const trying = (method: string, ...args: readonly unknown[]) => calling(timeseries, method, ...args);
      await rejects(trying('insert', 'a', 1, unknown), 'KAIROS_CONFIGURATION', 'unheardOf');
      await rejects(trying('bulkInsert', new Map(), { unheardOf: 1 }), 'KAIROS_CONFIGURATION', 'unheardOf');
      await rejects(trying('get', 'a', 'minute', unknown), 'KAIROS_CONFIGURATION', 'unheardOf');
      await rejects(trying('get', 'a', 'minute', { transform: 'mode' }), 'KAIROS_CONFIGURATION', 'mode');
      await rejects(trying('get', 'a', 'minute', { transform: 'p101' }), 'KAIROS_CONFIGURATION', 'p101');
      await rejects(trying('get', 'a', 'week'), 'KAIROS_UNKNOWN_INTERVAL', 'week', 'minute');
      await rejects(trying('series', 'a', '__proto__'), 'KAIROS_UNKNOWN_INTERVAL', '__proto__');
      assert.deepEqual(await timeseries.list(), []);
    });

    it('opening a timeseries refuses bad options', async (store) => {
      const own = store.optionsFor(store.namespace('refusals'));
      const options: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
        [{ timezone: 'Mars/Olympus' }, 'timezone'],
        [{ clock: 5 }, 'clock'],
        [{ readFunc: 5 }, 'readFunc'],
        [{ unheardOf: true }, 'unheardOf'],
      ];
      for (const [bad, named] of options) {
        const open = () => store.openWith('count', intervals, { ...own, ...bad });
        await rejects(open, 'KAIROS_CONFIGURATION', named);
      }
      const badIntervals = [
        {},
        { minute: { step: 0 } },
        { minute: { step: -60 } },
        { minute: { step: 1.5 } },
        { minute: { step: 60, steps: 0 } },
        { minute: { step: 60, resolution: 3600 } },
      ];
      for (const bad of badIntervals) {
        await rejects(() => store.openWith('count', bad, own), 'KAIROS_CONFIGURATION', 'intervals');
      }
    });

    it("opening refuses bad values of the backend's namespace options", async (store) => {
      const own = store.optionsFor(store.namespace('refusals'));
      for (const [option, value] of Object.entries(own)) {
        if (typeof value !== 'string') continue;
        for (const bad of [5, {}, null, true]) {
          const open = () => store.openWith('count', intervals, { ...own, [option]: bad });
          await rejects(open, 'KAIROS_CONFIGURATION', option);
        }
      }
    });
  },
);

function open(store: StoreUnderTest, type: TimeseriesType) {
  // No event is ever stored there.
  return store.open(type, intervals, { namespace: store.namespace('refusals') });
}

function calling(timeseries: object, method: string, ...args: readonly unknown[]): () => Promise<unknown> {
  return async () => call(timeseries, method, ...args);
}

async function refused(timeseries: object, method: string, ...args: readonly unknown[]): Promise<void> {
  await rejects(calling(timeseries, method, ...args), 'KAIROS_INVALID_VALUE');
}
