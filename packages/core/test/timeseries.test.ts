import { type MemoryTypes, memory } from '../../adapter-tests/src/memory/memory-backend.js';
import { MemoryStore } from '../../adapter-tests/src/memory/memory-store.js';
import type { Backend, StorageAdapter } from '../src/adapter.js';
import {
  BulkInsertError,
  ConfigurationError,
  InvalidValueError,
  StorageError,
  UnknownIntervalError,
} from '../src/errors.js';
import { Kairos } from '../src/kairos.js';

const kairos = new Kairos([memory]);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

async function filled() {
  const seen = await kairos.timeseries('memory:', { type: 'series', intervals });
  await seen.insert('a', [1, 2], { timestamp: 0 });
  await seen.insert('a', 3, { timestamp: 120 });
  await seen.insert('b', 10, { timestamp: 0 });
  return seen;
}

/** The memory backend with some methods of its adapter replaced. */
function withAdapter(replace: (adapter: StorageAdapter) => Partial<StorageAdapter>): Backend<MemoryTypes> {
  return {
    ...memory,
    open: async (request) => {
      const adapter = await memory.open(request);
      return Object.assign(adapter, replace(adapter));
    },
  };
}

describe('An insert', () => {
  it('counts 1 where a count has no value, and takes null as now', async () => {
    const hits = await kairos.timeseries('memory:', { type: 'count', intervals, clock: () => 90 });
    await hits.insert('a');
    await hits.insert('a', undefined, { timestamp: null });
    await hits.insert('a', [2, 3]);
    expect(await hits.get('a', 'minute')).toEqual(new Map([[60, 7]]));
  });

  it('takes a clock that gives a Date', async () => {
    const dated: object = { clock: () => new Date(90_000) };
    const kept = { minute: { step: 60, steps: 2 } };
    const hits = await kairos.timeseries('memory:', { type: 'count', intervals: kept, ...dated });
    expect(await hits.insert('a')).toEqual({ stored: 1, expired: 0 });
    expect(await hits.get('a', 'minute')).toEqual(new Map([[60, 1]]));
  });

  it('refuses amounts whose sum no store can hold, in one insert and in bulk', async () => {
    const hits = await kairos.timeseries('memory:', { type: 'count', intervals });
    const sum = 'The amounts of "a" add up to Infinity';
    await expect(hits.insert('a', [1e308, 1e308], { timestamp: 0 })).rejects.toThrow(sum);
    const bulk = new Map([
      [0, { a: [1e308], b: [1] }],
      [1, { a: [1e308] }],
    ]);
    await expect(hits.bulkInsert(bulk)).rejects.toThrow(sum);
    expect(await hits.list()).toEqual([]);
  });

  it('resolves to the bucket writes made and left out', async () => {
    const hits = await kairos.timeseries('memory:', {
      type: 'count',
      intervals: { minute: { step: 60, steps: 2 }, hour: { step: 3600 } },
      clock: () => 600,
    });
    expect(await hits.insert('a', 1, { timestamp: 0 })).toEqual({ stored: 1, expired: 1 });
    expect(await hits.insert('a', [1, 2], { timestamp: 600, intervals: -2 })).toEqual({
      stored: 5,
      expired: 1,
    });
    expect(await hits.insert('a', [], { timestamp: 600 })).toEqual({ stored: 0, expired: 0 });
  });

  it('writes what writeFunc makes of each value', async () => {
    const seen = await kairos.timeseries('memory:', {
      type: 'set',
      intervals,
      writeFunc: (user: { id: number }) => user.id,
    });
    await seen.insert('a', [{ id: 1 }, { id: 2 }], { timestamp: 0 });
    expect(await seen.get('a', 'minute', { timestamp: 0 })).toEqual(new Map([[0, new Set([1, 2])]]));
  });

  it.each([
    ['', 1, {}],
    [5, 1, {}],
    ['\ud800', 1, {}],
    ['a', Number.NaN, {}],
    ['a', [1, null], {}],
    ['a', 1, { timestamp: Number.NaN }],
    ['a', 1, { timestamp: '0' }],
    ['a', 1, { intervals: 1.5 }],
  ])('of %p, %p, %p is refused before anything is written', async (...call) => {
    const write = jest.fn(async () => []);
    const gauge = await new Kairos([withAdapter(() => ({ write }))]).timeseries('memory:', {
      type: 'gauge',
      intervals,
    });
    await expect(Reflect.apply(gauge.insert, gauge, call)).rejects.toThrow(InvalidValueError);
    expect(write).not.toHaveBeenCalled();
  });

  it('refuses an option that nothing takes', async () => {
    const hits = await kairos.timeseries('memory:', { type: 'count', intervals });
    await expect(Reflect.apply(hits.insert, hits, ['a', 1, { timestmap: 0 }])).rejects.toThrow(
      ConfigurationError,
    );
  });

  it('rejects with the error of the driver where a write was not acknowledged', async () => {
    const cause = new Error('disk full');
    const backend = withAdapter(() => ({
      write: async (writes) => writes.slice(0, 1).map((write) => ({ write, fate: 'failed', error: cause })),
    }));
    const hits = await new Kairos([backend]).timeseries('memory:', { type: 'count', intervals });
    await expect(hits.insert('a', 1, { timestamp: 0 })).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      cause,
      message: expect.stringContaining('minute 0 (failed)'),
    });
  });
});

describe('A bulk insert', () => {
  it('takes objects, maps, arrays and sets, and null as now', async () => {
    const seen = await kairos.timeseries('memory:', { type: 'series', intervals, clock: () => 120 });
    await seen.bulkInsert(
      new Map<number | Date | null, Map<string, number[]>>([
        [0, new Map([['__proto__', [1, 2]]])],
        [new Date(60_000), new Map([['__proto__', [3]]])],
        [null, new Map([['__proto__', [4]]])],
      ]),
    );
    await seen.bulkInsert(new Map([[0, { a: [1], b: new Set([2]) }]]));
    expect(await seen.series('__proto__', 'minute', { start: 0, end: 120 })).toEqual(
      new Map([
        [0, [1, 2]],
        [60, [3]],
        [120, [4]],
      ]),
    );
    expect(await seen.list()).toEqual(['__proto__', 'a', 'b']);
  });

  it.each([
    [{ 0: { a: [1] } }],
    [new Map([[0, { a: 1 }]])],
    [new Map([[0, [1]]])],
    [new Map([['now', { a: [1] }]])],
    [new Map([[0, { '': [1] }]])],
  ])('of %p is refused before anything is written', async (inserts) => {
    const seen = await kairos.timeseries('memory:', { type: 'series', intervals });
    await expect(Reflect.apply(seen.bulkInsert, seen, [inserts])).rejects.toThrow(InvalidValueError);
    expect(await seen.list()).toEqual([]);
  });

  it('gives back what failed in the shape it was given, and with it what is not known', async () => {
    const cause = new Error('lost');
    const backend = withAdapter((adapter) => {
      const { write } = adapter;
      return {
        write: async (writes, options) => {
          const fateOf = (each: (typeof writes)[number]) =>
            each.name === 'b' ? 'failed' : each.name === 'c' && each.interval === 'hour' ? 'unknown' : null;
          await write.call(
            adapter,
            writes.filter((each) => fateOf(each) === null),
            options,
          );
          return writes.flatMap((each) => {
            const fate = fateOf(each);
            return fate === null ? [] : [{ write: each, fate, error: cause }];
          });
        },
      };
    });
    const seen = await new Kairos([backend]).timeseries(new MemoryStore(), { type: 'series', intervals });
    const error = await seen
      .bulkInsert(new Map([[0, { a: [1], b: [2, 3], c: [4] }]]))
      .catch((rejected: unknown) => rejected);
    if (!(error instanceof BulkInsertError)) throw error;
    expect(error.failed).toEqual(new Map([[0, { b: [2, 3] }]]));
    expect(error.unknown).toEqual(new Map([[0, { c: [4] }]]));
    expect(error.applied).toEqual(new Map([[0, new Map([['c', ['minute']]])]]));
    expect(error.cause).toBe(cause);
    expect(await seen.list()).toEqual(['a', 'c']);
  });

  it('keeps the keys, the maps and the sets of what it gives back', async () => {
    const backend = withAdapter(() => ({
      write: async (writes) => writes.map((write) => ({ write, fate: 'failed', error: new Error('lost') })),
    }));
    const seen = await new Kairos([backend]).timeseries('memory:', { type: 'series', intervals });
    const inserts = new Map<number | Date | null, Map<string, Set<number>>>([
      [null, new Map([['a', new Set([1])]])],
      [new Date(0), new Map([['__proto__', new Set([2])]])],
    ]);
    await expect(seen.bulkInsert(inserts)).rejects.toMatchObject({ failed: inserts });
  });

  it('lets a refusal of the adapter through', async () => {
    const refusal = new ConfigurationError('Option "pipeline" is bad');
    const backend = withAdapter(() => ({ write: () => Promise.reject(refusal) }));
    const seen = await new Kairos([backend]).timeseries('memory:', { type: 'series', intervals });
    await expect(seen.bulkInsert(new Map([[0, { a: [1] }]]))).rejects.toBe(refusal);
  });

  it('calls all of it unknown where the adapter rejects', async () => {
    const backend = withAdapter(() => ({ write: () => Promise.reject(new Error('socket closed')) }));
    const seen = await new Kairos([backend]).timeseries('memory:', { type: 'series', intervals });
    await expect(seen.bulkInsert(new Map([[0, { a: [1] }]]))).rejects.toMatchObject({
      failed: new Map(),
      unknown: new Map([[0, { a: [1] }]]),
    });
  });
});

describe('A read', () => {
  it('asks the store once, for the buckets within their retention only', async () => {
    const read = jest.fn(async () => []);
    const hits = await new Kairos([withAdapter(() => ({ read }))]).timeseries('memory:', {
      type: 'count',
      intervals: { minute: { step: 60, steps: 3 } },
      clock: () => 600,
    });
    const series = await hits.series(['a', 'b', 'a'], 'minute', { start: 0, end: 600 });
    expect(series.size).toBe(11);
    expect(read.mock.calls).toEqual([
      [
        {
          names: ['a', 'b'],
          interval: 'minute',
          first: 8,
          last: 10,
          fold: { resolutions: false, buckets: false, names: true, statistics: null },
        },
        undefined,
      ],
    ]);
    await hits.get('a', 'minute', { timestamp: 0 });
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('replaces each stage per call, in order', async () => {
    const seen = await filled();
    const order: string[] = [];
    const result = await seen.series(['a', 'b'], 'hour', {
      start: 0,
      end: 3600,
      processRow: (data) => {
        order.push('processRow');
        return data.length;
      },
      joinRows: (rows) => {
        order.push('joinRows');
        return JSON.stringify(rows);
      },
      condense: (data) => {
        order.push('condense');
        return [...data];
      },
      collapse: (data) => {
        order.push('collapse');
        return [...data];
      },
      transform: (data, duration) => {
        order.push('transform');
        return { data, duration };
      },
    });
    // "b" has no data in the second minute. The empty value takes its place, and processRow never sees it.
    expect(result).toEqual(
      new Map([
        [
          0,
          {
            data: [
              [
                0,
                [
                  [0, '[2,1]'],
                  [120, '[1,[]]'],
                ],
              ],
              [3600, []],
            ],
            duration: 7200,
          },
        ],
      ]),
    );
    expect(order).toEqual([
      'processRow',
      'processRow',
      'joinRows',
      'processRow',
      'joinRows',
      'condense',
      'condense',
      'collapse',
      'transform',
    ]);
  });

  it('collapses with the condense function where collapse is true', async () => {
    const seen = await filled();
    const sum = (data: ReadonlyMap<number, unknown>) => [...data.keys()];
    expect(await seen.series('a', 'hour', { start: 0, end: 3600, condense: sum, collapse: true })).toEqual(
      new Map([[0, [0, 3600]]]),
    );
  });

  it('reads through the fetch function of the call', async () => {
    const seen = await filled();
    const read = await seen.get('a', 'minute', {
      timestamp: 0,
      fetch: (data) => (Array.isArray(data) ? data.length : 0),
      processRow: String,
    });
    expect(read).toEqual(new Map([[0, '2']]));
    const native = seen.get('a', 'minute', { timestamp: 0, fetch: () => 'not a list' });
    await expect(native).rejects.toThrow('"processRow"');
  });

  it('takes null for no options', async () => {
    const seen = await filled();
    const none: object = JSON.parse('{"options":null}');
    const options: object | undefined = Reflect.get(none, 'options');
    expect([...(await seen.get('a', 'minute', options)).keys()]).toHaveLength(1);
    expect([...(await seen.series('a', 'minute', options)).keys()]).toHaveLength(1);
  });

  it('refuses a fetch that is no function', async () => {
    const seen = await filled();
    const bad: object = { fetch: 'all' };
    await expect(seen.get('a', 'minute', bad)).rejects.toThrow(
      'Option "fetch" is "all"; expected a function',
    );
  });

  it('applies readFunc to values, but not where there is no data', async () => {
    const readFunc = jest.fn((value: string | number) => `v${value}`);
    const last = await kairos.timeseries('memory:', { type: 'gauge', intervals, readFunc });
    await last.insert('a', 0, { timestamp: 60 });
    expect(await last.series('a', 'minute', { start: 0, end: 60 })).toEqual(
      new Map([
        [0, null],
        [60, 'v0'],
      ]),
    );
    expect(readFunc).toHaveBeenCalledTimes(1);
  });

  it('gives a transform the data and its seconds, by name, function, array or object', async () => {
    const seen = await filled();
    const at = { timestamp: 0 } as const;
    function median(data: (string | number)[]) {
      return data[Math.floor(data.length / 2)];
    }
    expect(await seen.get('a', 'minute', { ...at, transform: 'mean' })).toEqual(new Map([[0, 1.5]]));
    expect(await seen.get('a', 'minute', { ...at, transform: (data, seconds) => [data, seconds] })).toEqual(
      new Map([[0, [[1, 2], 60]]]),
    );
    expect(await seen.get('a', 'minute', { ...at, transform: ['max', median] })).toEqual(
      new Map([[0, { max: 2, median: 2 }]]),
    );
    expect(await seen.get('a', 'minute', { ...at, transform: { top: 'max', mid: median } })).toEqual(
      new Map([[0, { top: 2, mid: 2 }]]),
    );
  });

  it.each([
    [{ transform: 'mode' }],
    [{ transform: 'p101' }],
    [{ transform: 'p-1' }],
    [{ transform: 'pfoo' }],
    [{ transform: 'p 5' }],
    [{ transform: 'p' }],
    [{ transform: 'p1e1' }],
    [{ transform: 'p100.00000000000000001' }],
    [{ transform: ['p95', 'p95'] }],
    [{ transform: { worst: 'p100.1' } }],
    [{ transform: 5 }],
    [{ transform: ['mean', 'mean'] }],
    [{ transform: new Map([['a', 'mean']]) }],
    [{ transform: [() => 1] }],
    [{ condense: 'yes' }],
    [{ processRow: true }],
    [{ condensed: true }],
  ])('refuses %p', async (options) => {
    const seen = await filled();
    await expect(Reflect.apply(seen.get, seen, ['a', 'minute', options])).rejects.toThrow(ConfigurationError);
  });

  it('refuses an unknown interval with the known ones, and a read of no name', async () => {
    const seen = await filled();
    await expect(Reflect.apply(seen.get, seen, ['a', 'day'])).rejects.toThrow(UnknownIntervalError);
    await expect(Reflect.apply(seen.get, seen, ['a', 'day'])).rejects.toThrow('"minute", "hour"');
    await expect(seen.get([], 'minute')).rejects.toThrow(InvalidValueError);
  });
});

describe('An iteration', () => {
  it('goes through every coarse bucket between the first and the last, in chunks', async () => {
    const seen = await filled();
    await seen.insert('a', 4, { timestamp: 60 * 3000 });
    const entries: [number, unknown][] = [];
    for await (const entry of seen.iterate('a', 'minute')) entries.push(entry);
    expect(entries).toHaveLength(3001);
    expect(entries.slice(0, 3)).toEqual([
      [0, [1, 2]],
      [60, []],
      [120, [3]],
    ]);
    expect(entries.at(-1)).toEqual([180_000, [4]]);
  });

  it('goes through the resolution buckets with data, or every interval where it is condensed', async () => {
    const seen = await filled();
    await seen.insert('a', 4, { timestamp: 7200 });
    const collect = async (condense: boolean) => {
      const entries: [number, unknown][] = [];
      for await (const entry of seen.iterate(['a', 'b'], 'hour', { condense })) entries.push(entry);
      return entries;
    };
    expect(await collect(false)).toEqual([
      [0, [1, 2, 10]],
      [120, [3]],
      [7200, [4]],
    ]);
    expect(await collect(true)).toEqual([
      [0, [1, 2, 10, 3]],
      [3600, []],
      [7200, [4]],
    ]);
  });

  it('leaves out what goes past its retention while it runs', async () => {
    let now = 4999;
    const hits = await kairos.timeseries('memory:', {
      type: 'count',
      intervals: { second: { step: 1, steps: 5000 } },
      clock: () => now,
    });
    await hits.bulkInsert(new Map(Array.from({ length: 5000 }, (_, second) => [second, { a: [1] }])));
    const seen: number[] = [];
    for await (const [second] of hits.iterate('a', 'second')) {
      seen.push(second);
      if (seen.length === 1024) now += 4500;
    }
    expect(seen.slice(1023, 1025)).toEqual([1023, 4500]);
  });

  it('ends at once where there is no data', async () => {
    const seen = await filled();
    expect(await seen.iterate('nothing', 'minute').next()).toEqual({ done: true, value: undefined });
  });
});

describe('A timeseries', () => {
  it('records its intervals again with the first write after deleteAll', async () => {
    const store = new MemoryStore();
    const hits = await kairos.timeseries(store, { type: 'count', intervals: { minute: { step: 60 } } });
    await hits.deleteAll();
    await hits.insert('a', 1, { timestamp: 0 });
    const opening = kairos.timeseries(store, { type: 'count', intervals: { minute: { step: 30 } } });
    await expect(opening).rejects.toThrow(ConfigurationError);
  });

  it('records its intervals again also where deleteAll failed', async () => {
    const store = new MemoryStore();
    const backend = withAdapter((adapter) => {
      const { deleteAll } = adapter;
      return {
        deleteAll: async () => {
          await deleteAll.call(adapter);
          throw new Error('socket closed');
        },
      };
    });
    const hits = await new Kairos([backend]).timeseries(store, {
      type: 'count',
      intervals: { minute: { step: 60 } },
    });
    await expect(hits.deleteAll()).rejects.toThrow(StorageError);
    await hits.insert('a', 1, { timestamp: 0 });
    const opening = kairos.timeseries(store, { type: 'count', intervals: { minute: { step: 30 } } });
    await expect(opening).rejects.toThrow(ConfigurationError);
  });

  it.each([[1600000000], ['now'], [true]])('refuses %p in place of options', async (options) => {
    const hits = await kairos.timeseries('memory:', { type: 'count', intervals });
    await expect(Reflect.apply(hits.insert, hits, ['a', 1, options])).rejects.toThrow(ConfigurationError);
    await expect(Reflect.apply(hits.get, hits, ['a', 'minute', options])).rejects.toThrow(ConfigurationError);
  });

  it('refuses every call after close, which closes once', async () => {
    const close = jest.fn(async () => {});
    const hits = await new Kairos([withAdapter(() => ({ close }))]).timeseries('memory:', {
      type: 'count',
      intervals,
    });
    await hits.close();
    await hits.close();
    expect(close).toHaveBeenCalledTimes(1);
    for (const insert of [hits.insert('a'), hits.bulkInsert(new Map([[0, { a: [1] }]]))]) {
      await expect(insert).rejects.toMatchObject({ code: StorageError.code, fate: 'failed' });
    }
    await expect(hits.get('a', 'minute')).rejects.toMatchObject({
      message: expect.stringContaining('closed'),
      fate: undefined,
    });
    await expect(hits.list()).rejects.toThrow('closed');
  });

  it('waits for the calls under way before it closes, and then closes the store', async () => {
    const events: string[] = [];
    const slowly = async (event: string) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      events.push(event);
    };
    const backend = withAdapter(() => ({
      write: async () => {
        await slowly('written');
        return [];
      },
      list: async () => {
        await slowly('listed');
        return [];
      },
      close: async () => void events.push('closed'),
    }));
    const hits = await new Kairos([backend]).timeseries('memory:', { type: 'count', intervals });
    const calls = [hits.insert('a'), hits.list(), hits.bulkInsert(new Map([[0, { a: [1] }]]))];
    const closing = [hits.close(), hits.close()];
    await expect(hits.list()).rejects.toThrow('closed');
    await Promise.all(closing);
    expect(events.toSorted()).toEqual(['closed', 'listed', 'written']);
    expect(events.at(-1)).toBe('closed');
    await Promise.all(calls);
  });

  it('closes after calls that failed', async () => {
    const close = jest.fn(async () => {});
    const write = () => Promise.reject(new Error('socket closed'));
    const hits = await new Kairos([withAdapter(() => ({ write, close }))]).timeseries('memory:', {
      type: 'count',
      intervals,
    });
    const insert = hits.insert('a');
    const closing = hits.close();
    await expect(insert).rejects.toThrow(StorageError);
    await closing;
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('closes after half a minute over a call that does not end', async () => {
    const close = jest.fn(async () => {});
    const list = () => new Promise<string[]>(() => undefined);
    const hits = await new Kairos([withAdapter(() => ({ list, close }))]).timeseries('memory:', {
      type: 'count',
      intervals,
    });
    jest.useFakeTimers();
    void hits.list();
    const closing = hits.close();
    await jest.advanceTimersByTimeAsync(29_000);
    expect(close).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_000);
    await closing;
    expect(close).toHaveBeenCalledTimes(1);
    jest.useRealTimers();
  });
});
