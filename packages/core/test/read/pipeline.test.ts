import { setImmediate } from 'node:timers';
import * as fc from 'fast-check';
import { type MemoryTypes, memory } from '../../../adapter-tests/src/memory/memory-backend.js';
import type { Backend, BucketRow, StorageAdapter } from '../../src/adapter.js';
import { InvalidValueError } from '../../src/errors.js';
import { Kairos } from '../../src/kairos.js';
import { dataTypes } from '../../src/types/index.js';

const kairos = new Kairos([memory]);
const second = { second: { step: 1 } } as const;

/** A store that answers every read with these rows. */
function answering(rows: () => Iterable<BucketRow>): Kairos<Backend<MemoryTypes>> {
  const read: StorageAdapter['read'] = async () => rows();
  return new Kairos([
    { ...memory, open: async (request) => Object.assign(await memory.open(request), { read }) },
  ]);
}

/** Counts the turns of the event loop during some work. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let [turns, ended] = [0, false];
  const turn = () => {
    turns++;
    if (!ended) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  ended = true;
  return turns;
}

describe('A long read', () => {
  const many = 2 ** 19;

  it('of empty buckets lets the event loop go on', async () => {
    const seen = await kairos.timeseries('memory:', { type: 'histogram', intervals: second });
    expect(await turnsOf(seen.series('a', 'second', { start: 0, steps: many }))).toBeGreaterThan(2);
  });

  it.each(['count', 'gauge'] as const)(
    'of the many rows of a %s that are collapsed does so, too',
    async (type) => {
      function* rows(): Generator<BucketRow> {
        for (let bucket = 0; bucket < many; bucket++) yield { name: 'a', bucket, resolution: 0, data: 1 };
      }
      const seen = await answering(rows).timeseries('memory:', { type, intervals: second });
      const read = seen.series('a', 'second', { start: 0, steps: many, collapse: true });
      expect(await turnsOf(read)).toBeGreaterThan(2);
      expect(await read).toEqual(new Map([[0, type === 'count' ? many : 1]]));
    },
  );

  it('of the many resolutions of one bucket does so, too', async () => {
    function* rows(): Generator<BucketRow> {
      for (let second = 0; second < 300_000; second++)
        yield { name: 'a', bucket: 0, resolution: second, data: [second] };
    }
    const intervals = { month: { step: 2 ** 22, resolution: 1 } } as const;
    const seen = await answering(rows).timeseries('memory:', { type: 'series', intervals });
    const read = seen.get('a', 'month', { timestamp: 0, condense: true, transform: 'count' });
    expect(await turnsOf(read)).toBeGreaterThan(2);
    expect(await read).toEqual(new Map([[0, 300_000]]));
  });

  it('ends while the timers of a test are faked', async () => {
    const seen = await kairos.timeseries('memory:', { type: 'count', intervals: second });
    jest.useFakeTimers();
    try {
      expect((await seen.series('a', 'second', { start: 0, steps: many })).size).toBe(many);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('A short read', () => {
  it('never waits for the event loop', async () => {
    const seen = await kairos.timeseries('memory:', { type: 'count', intervals: second });
    await seen.insert('a', 1, { timestamp: 5 });
    expect(await turnsOf(seen.series('a', 'second', { start: 0, steps: 10 }))).toBe(0);
  });
});

describe('A series', () => {
  it('returns at most 1,048,576 buckets, and says so before it asks the store', async () => {
    const read = jest.fn(() => []);
    const seen = await answering(read).timeseries('memory:', { type: 'count', intervals: second });
    const refused = { start: 0, steps: 2 ** 20 + 1 } as const;
    for (const options of [
      refused,
      { ...refused, collapse: () => 0 },
      { ...refused, collapse: true, condense: () => 0 },
      { ...refused, collapse: true, joinRows: () => 0 },
    ] as const) {
      const reading = seen.series('a', 'second', options);
      await expect(reading).rejects.toThrow(InvalidValueError);
      await expect(reading).rejects.toThrow('covers 1048577 buckets of "second"; expected at most 1048576');
    }
    expect(read).not.toHaveBeenCalled();
  });

  it('covers up to 16,777,216 where they are added up, and counts the seconds of all', async () => {
    const seen = await kairos.timeseries('memory:', { type: 'histogram', intervals: second });
    await seen.insert('a', [1, 2], { timestamp: 2 ** 24 - 1 });
    const transform = (data: ReadonlyMap<string | number, number>, seconds: number) => [data.size, seconds];
    const options = { start: 0, collapse: true, transform } as const;
    expect(await seen.series('a', 'second', { ...options, steps: 2 ** 24 })).toEqual(
      new Map([[0, [2, 2 ** 24]]]),
    );
    const reading = seen.series('a', 'second', { ...options, steps: 2 ** 24 + 1 });
    await expect(reading).rejects.toThrow('expected at most 16777216');
  });

  it('is the same collapsed by what is built in as by a function that adds up every bucket', async () => {
    const value = fc.integer({ min: -3, max: 3 });
    const insert = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      timestamp: fc.integer({ min: -5 * 86_400, max: 40 * 86_400 }),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    });
    const intervals = {
      hour: { step: 3600 },
      month: { step: 'monthly', resolution: 'daily' },
      week: { step: 'weekly', resolution: 7000 },
    } as const;
    const types = ['series', 'histogram', 'count', 'gauge', 'set'] as const;
    const property = fc.asyncProperty(
      fc.constantFrom(...types),
      fc.constantFrom('hour', 'month', 'week'),
      fc.array(insert, { maxLength: 20 }),
      fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
      async (type, interval, inserts, names) => {
        const seen = await kairos.timeseries('memory:', { type, intervals, timezone: 'America/New_York' });
        for (const { name, timestamp, values } of inserts) await seen.insert(name, values, { timestamp });
        const range = { start: -4 * 86_400, end: 39 * 86_400 };
        const transform = (data: unknown, seconds: number) => [data, seconds];
        const dataType = dataTypes[type];
        const collapse = (data: ReadonlyMap<number, unknown>) => {
          let sum = dataType.empty();
          for (const each of data.values()) sum = Reflect.apply(dataType.add, dataType, [sum, each]);
          return sum;
        };
        const added = await seen.series(names, interval, { ...range, collapse: true, transform });
        expect(added).toEqual(await seen.series(names, interval, { ...range, collapse, transform }));
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  it('sorts what a store returns in another order', async () => {
    const rows = [3, 1, 2].map((bucket) => ({ name: 'a', bucket, resolution: 0, data: [bucket] }));
    const seen = await answering(() => rows).timeseries('memory:', { type: 'series', intervals: second });
    const read = await seen.series('a', 'second', { start: 0, end: 5, collapse: true });
    expect(read).toEqual(new Map([[0, [1, 2, 3]]]));
  });
});

describe('Several names', () => {
  it('are joined each once, in the order in which they are first given', async () => {
    const hits = await kairos.timeseries('memory:', { type: 'count', intervals: second });
    const seen = await kairos.timeseries('memory:', { type: 'series', intervals: second });
    for (const timeseries of [hits, seen]) {
      await timeseries.insert('a', 1, { timestamp: 0 });
      await timeseries.insert('b', 2, { timestamp: 0 });
    }
    const twice = ['b', 'a', 'b', 'b'];
    const at = { timestamp: 0 };
    expect(await hits.get(['a', 'a'], 'second', at)).toEqual(new Map([[0, 1]]));
    expect(await hits.series(twice, 'second', { start: 0, end: 0 })).toEqual(new Map([[0, 3]]));
    expect(await hits.series(twice, 'second', { start: 0, end: 0, collapse: true })).toEqual(
      new Map([[0, 3]]),
    );
    expect(await seen.get(twice, 'second', at)).toEqual(new Map([[0, [2, 1]]]));
    expect(await seen.get(twice, 'second', { ...at, joinRows: (rows) => rows.length })).toEqual(
      new Map([[0, 2]]),
    );
    const iterated: unknown[] = [];
    for await (const entry of seen.iterate(twice, 'second')) iterated.push(entry);
    expect(iterated).toEqual([[0, [2, 1]]]);
  });
});
