import assert from 'node:assert/strict';
import { describeValue, type IntervalsOptions, isMap, isSet, type TimeseriesType } from '@kairos/core';
import { rejects, timeline } from '../harness/compare.js';
import { MINUTE, T, types } from '../harness/model.js';
import { Random } from '../harness/random.js';
import type { StoreUnderTest, TestTimeseries } from '../harness/store-under-test.js';
import { rule } from '../rule.js';

const DAY = 86_400;

const intervals = {
  minute: { step: 60 },
  '7 s in a minute': { step: 60, resolution: 7 },
  hour: { step: 3600, resolution: 60 },
  month: { step: 'monthly', resolution: 'weekly' },
  'kept day': { step: 'daily', resolution: '1h', steps: 3 },
} as const;

const transforms = ['mean', 'count', 'min', 'max', 'sum', 'rate'] as const;

/** Up to 24 characters each, the most that a double takes; the last has 35 without an exponent. */
const longNumbers = [
  6.3548745139584755e-292, -6.3548745139584755e-292, -1.7976931348623157e308, -0.00012345678901234567,
  -1.1102230246251565e-15,
];

type Opened = TestTimeseries<TimeseriesType, IntervalsOptions>;

export const foldingRule = rule('Rule 12: the store adds up where it can', (it) => {
  for (const [place, type] of types.entries()) {
    it(`a ${type} is the same added up by the store and by core, over names, gaps, retention and straddling resolutions`, async (store) => {
      const random = new Random(1200 + place);
      const { both, names } = await opened(store, type);
      const fractions = type !== 'count' || store.capabilities.fractionalCounts;
      const value = () => random.whole(-40, 40) / (fractions && random.fraction() < 0.2 ? 4 : 1);
      const bulk = new Map<number, Record<string, number[]>>();
      for (let insert = 0; insert < 120; insert++) {
        const timestamp = T + random.whole(-40, 40) * random.pick([1, 60, 3600, DAY]);
        const [name = ''] = [random.pick(names)];
        bulk.set(timestamp, { [name]: Array.from({ length: random.whole(1, 4) }, value) });
      }
      await both[0].bulkInsert(bulk);
      for (const interval of Object.keys(intervals)) {
        for (let question = 0; question < 3; question++) {
          const asked = random.pick([...names, names, names.slice(1), [...names, store.name('silent')]]);
          const start = T + random.whole(-40, 40) * 60;
          const seconds = random.pick([0, 3600, interval.includes('minute') ? DAY / 4 : 60 * DAY]);
          const range = { start: start - seconds, end: start + random.whole(0, 3) * 60 };
          for (const how of [{}, { condense: true }, { collapse: true }] as const) {
            await same(both, (each) => each.series(asked, interval, { ...range, ...how }));
            await same(both, (each) => each.seriesByName(asked, interval, { ...range, ...how }));
          }
          await same(both, (each) => each.get(asked, interval, { timestamp: start, condense: true }));
        }
      }
    });

    it(`transforms of a ${type} are the same if the store adds up`, async (store) => {
      const random = new Random(1250 + place);
      const { both, names } = await opened(store, type);
      const inserts = new Map<number, Record<string, number[]>>();
      for (let insert = 0; insert < 60; insert++) {
        const values = Array.from({ length: random.whole(1, 4) }, () => random.whole(-9, 9));
        inserts.set(T + insert * 97, { [random.pick(names)]: values });
      }
      await both[0].bulkInsert(inserts);
      const range = { start: T - 60, end: T + 7200 };
      for (const asked of [names[0] ?? '', names]) {
        for (const interval of ['minute', 'hour']) {
          for (const how of [{}, { condense: true }, { collapse: true }] as const) {
            const options = { ...range, ...how };
            await same(both, (each) =>
              each.series(asked, interval, { ...options, transform: [...transforms] }),
            );
            for (const transform of ['count', 'mean', 'rate', 'p90', 'distinct'] as const) {
              await same(both, (each) => each.series(asked, interval, { ...options, transform }));
            }
            await same(both, (each) =>
              each.series(asked, interval, {
                ...options,
                transform: { all: (data, seconds) => [data, seconds], top: 'max' },
              }),
            );
            await same(both, (each) =>
              each.seriesByName(asked, interval, { ...options, transform: ['count', 'max'] }),
            );
          }
        }
      }
    });

    it(`the caller's functions see every bucket of a ${type}`, async (store) => {
      const namespace = store.namespace(`folding ${type}`);
      const { both, names } = await opened(store, type);
      const [one = '', two = ''] = names;
      for (const minute of [0, 1, 60, 61]) {
        for (const name of [one, two]) await both[0].insert(name, minute + 1, { timestamp: T + minute * 60 });
      }
      const range = { start: T, end: T + 7200 };
      const rows: unknown[] = [];
      await both[0].series([one, two], 'hour', {
        ...range,
        collapse: true,
        processRow: (data) => {
          rows.push(data);
          return data;
        },
      });
      assert.equal(rows.length, 8);
      let joined = 0;
      await both[0].series([one, two], 'hour', {
        ...range,
        collapse: true,
        joinRows: (each) => {
          joined++;
          return each[0] ?? null;
        },
      });
      assert.ok(joined >= 4, `joinRows was called ${joined} times`);
      const condensed: number[] = [];
      await both[0].series(one, 'hour', {
        ...range,
        condense: (data) => {
          condensed.push(data.size);
          return [...data.values()].at(-1) ?? null;
        },
      });
      assert.deepEqual(condensed, [2, 2, 0]);
      const collapsed: number[] = [];
      await both[0].series(one, 'hour', {
        ...range,
        collapse: (data) => {
          collapsed.push(...data.keys());
          return null;
        },
      });
      assert.equal(collapsed.length, 3);
      if (type === 'count') return;
      let read = 0;
      const readFunc = (value: string | number) => {
        read++;
        return value;
      };
      const functional = await store.open(type, intervals, { namespace, readFunc, clock: () => T });
      await functional.series([one, two], 'hour', { ...range, collapse: true });
      assert.equal(read, 8);
    });
  }

  it('whole numbers add up exactly where sums of doubles would not', async (store) => {
    const { both, names } = await opened(store, 'series');
    const [name = ''] = names;
    const large = 2 ** 53 - 1;
    for (const [minute, value] of [large, large, 1, 1, 1, 1, 1, -large, -large].entries()) {
      await both[0].insert(name, value, { timestamp: MINUTE + minute * 60 });
    }
    const range = { start: MINUTE, end: MINUTE + 600 };
    for (const each of both) {
      const collapsed = await each.series(name, 'minute', { ...range, collapse: true, transform: 'sum' });
      assert.deepEqual(timeline(collapsed), [[MINUTE, 5]]);
    }
    await same(both, (each) =>
      each.series(name, 'hour', { ...range, condense: true, transform: [...transforms] }),
    );
  });

  it('values that exceed the safe integers once weighed add up exactly', async (store) => {
    const { both, names } = await opened(store, 'histogram');
    const [name = ''] = names;
    for (const value of [2 ** 53 - 1, -3002399751580331, -3002399751580331, -3002399751580331]) {
      await both[0].insert(name, value, { timestamp: MINUTE });
    }
    const range = { start: MINUTE, end: MINUTE };
    for (const each of both) {
      for (const how of [{}, { condense: true }, { collapse: true }] as const) {
        const sums = await each.series(name, 'hour', { ...range, condense: true, ...how, transform: 'sum' });
        assert.deepEqual([...sums.values()], [-2]);
      }
    }
  });

  for (const type of ['set', 'histogram'] as const) {
    it(`numbers of the most digits are whole in a ${type} that is added up`, async (store) => {
      const { both, names } = await opened(store, type);
      const [one = '', two = ''] = names;
      await both[0].insert(one, longNumbers, { timestamp: MINUTE });
      await both[0].insert(two, longNumbers, { timestamp: MINUTE + 60 });
      const range = { start: MINUTE, end: MINUTE + 60 };
      for (const each of both) {
        for (const how of [{}, { collapse: true }] as const) {
          const [data] = (await each.series([one, two], 'minute', { ...range, ...how })).values();
          const found = isMap(data) ? [...data.keys()] : isSet(data) ? [...data] : [];
          assert.deepEqual(new Set(found), new Set(longNumbers));
        }
      }
    });
  }

  it('counts that add up to the largest whole numbers are exact', async (store) => {
    const { both, names } = await opened(store, 'count');
    const [one = '', two = ''] = names;
    const large = 2 ** 52;
    await both[0].insert(one, large - 1, { timestamp: MINUTE });
    await both[0].insert(two, large - 2, { timestamp: MINUTE + 60 });
    await both[0].insert(one, 2, { timestamp: MINUTE + 120 });
    const range = { start: MINUTE, end: MINUTE + 600 };
    for (const each of both) {
      const collapsed = await each.series([one, two], 'minute', { ...range, collapse: true });
      assert.deepEqual(timeline(collapsed), [[MINUTE, 2 ** 53 - 1]]);
    }
  });

  it('counts whose sum exceeds every double are the same', async (store) => {
    if (!store.capabilities.fractionalCounts) return;
    const { both, names } = await opened(store, 'count');
    const [one = '', two = ''] = names;
    for (const name of [one, two]) await both[0].insert(name, 1.5e308, { timestamp: MINUTE });
    await both[0].insert(one, 1, { timestamp: MINUTE + 60 });
    const range = { start: MINUTE, end: MINUTE + 60 };
    for (const each of both) {
      const collapsed = await each.series([one, two], 'minute', { ...range, collapse: true });
      assert.deepEqual(timeline(collapsed), [[MINUTE, Number.POSITIVE_INFINITY]]);
    }
  });

  for (const type of ['series', 'histogram'] as const) {
    it(`statistics of a ${type} of strings are returned or refused as without the hint`, async (store) => {
      const text = await store.open(type, intervals, { namespace: store.namespace(), text: true });
      const name = store.name();
      await text.insert(name, ['b', 'a', 'b'], { timestamp: MINUTE });
      await text.insert(name, 'c', { timestamp: MINUTE + 60 });
      const range = { start: MINUTE, end: MINUTE + 60, collapse: true } as const;
      const told = await text.series(name, 'minute', { ...range, transform: ['count', 'min', 'max'] });
      assert.deepEqual(timeline(told), [[MINUTE, { count: 4, min: 'a', max: 'c' }]]);
      for (const transform of ['mean', 'sum'] as const) {
        await rejects(() => text.series(name, 'minute', { ...range, transform }), 'KAIROS_INVALID_VALUE');
      }
    });
  }

  it('a range of any length is collapsed if the adapter declares so, and refused otherwise', async (store) => {
    const seconds = await store.open('count', { second: { step: 1 } }, { namespace: store.namespace() });
    await seconds.insert('name', 2, { timestamp: 0 });
    await seconds.insert('name', 3, { timestamp: T });
    const read = () => seconds.series('name', 'second', { start: 0, end: T, collapse: true });
    if (store.capabilities.anyRange === true) assert.deepEqual(timeline(await read()), [[0, 5]]);
    else await rejects(read, 'KAIROS_INVALID_VALUE', 'expected at most 16777216');
  });
});

/** Two views of the same data, one added up by the store and one by core, in a namespace for each type. */
async function opened(
  store: StoreUnderTest,
  type: TimeseriesType,
): Promise<{ readonly both: readonly [Opened, Opened]; readonly names: readonly string[] }> {
  const options = { namespace: store.namespace(`folding ${type}`), clock: () => T };
  return {
    both: [
      await store.open(type, intervals, options),
      await store.open(type, intervals, { ...options, folds: false }),
    ],
    names: [store.name('a'), store.name('b'), store.name('c')],
  };
}

/** Asks both the same question. Fractions may differ in their last bits. */
async function same(
  both: readonly [Opened, Opened],
  ask: (timeseries: Opened) => Promise<unknown>,
): Promise<void> {
  const [answer, expected] = await Promise.all(both.map(ask));
  assert.deepEqual(rounded(answer, expected), expected);
}

/** Copies the first, with numbers of the second for fractions that hardly differ. */
function rounded(answer: unknown, expected: unknown): unknown {
  if (typeof answer === 'number' && typeof expected === 'number') {
    const whole = Number.isInteger(answer) && Number.isInteger(expected);
    const near = Math.abs(answer - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
    return !whole && near ? expected : answer;
  }
  if (isMap(answer) && isMap(expected)) {
    return new Map([...answer].map(([key, each]) => [key, rounded(each, expected.get(key))]));
  }
  if (isSet(answer)) return answer;
  if (Array.isArray(answer) && Array.isArray(expected)) {
    return answer.map((each, place) => rounded(each, expected[place]));
  }
  if (isRecord(answer) && isRecord(expected)) {
    return Object.fromEntries(
      Object.entries(answer).map(([key, each]) => [key, rounded(each, expected[key])]),
    );
  }
  return answer;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return describeValue(value) === 'Object' && typeof value === 'object';
}
