import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { type MemoryTypes, memory } from '../../../adapter-tests/src/memory/memory-backend.js';
import type { Backend, BucketWrite, StorageAdapter, WriteFailure } from '../../src/adapter.js';
import { BulkInsertError, InvalidValueError, StorageError } from '../../src/errors.js';
import { Kairos } from '../../src/kairos.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const at = { timestamp: 0 };

type Write = (
  writes: readonly BucketWrite[],
  store: (some: readonly BucketWrite[]) => Promise<readonly WriteFailure[]>,
) => Promise<readonly WriteFailure[]>;

/** A memory store whose writes a test can see, delay and refuse. */
class WatchedStore {
  readonly written: BucketWrite[][] = [];
  readonly backend: Backend<MemoryTypes>;
  answers = true;

  constructor(write: Write = (writes, store) => store(writes), given: Partial<StorageAdapter> = {}) {
    this.backend = {
      ...memory,
      open: async (request) => {
        const adapter = await memory.open(request);
        const store = Reflect.get(adapter, 'write');
        const own: Partial<StorageAdapter> = {
          write: async (writes, options) => {
            this.written.push([...writes]);
            return write(writes, (some) => Reflect.apply(store, adapter, [some, options]));
          },
          readRecord: async () => {
            if (!this.answers) throw new Error('connection refused');
            return null;
          },
          writeRecord: async () => true,
          ...given,
        };
        return Object.assign(adapter, own);
      },
    };
  }
}

async function opened<T extends 'count' | 'series' | 'gauge' | 'set' | 'histogram'>(
  type: T,
  store: WatchedStore,
  options: { readonly combine?: boolean } = {},
) {
  return new Kairos([store.backend]).timeseries('memory:', { type, intervals, ...options });
}

/** Refuses writes of some names, all of them together as a transaction does. */
function refusing(...names: string[]): Write {
  return async (writes, store) => {
    const bad = writes.find(({ name }) => names.includes(name));
    if (bad === undefined) return store(writes);
    const error = new Error(`refused for ${bad.name}`);
    return writes.map((write) => ({ write, fate: 'failed' as const, error }));
  };
}

function messages(outcomes: readonly PromiseSettledResult<unknown>[]): string[] {
  return outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? 'stored' : String(outcome.reason.message),
  );
}

describe('Inserts that are under way at once', () => {
  it('go out as one write where they are of one turn', async () => {
    const store = new WatchedStore();
    const hits = await opened('count', store);
    const inserts = [...Array(100).keys()].map((index) => hits.insert(`page ${index % 3}`, 2, at));
    inserts.push(hits.bulkInsert(new Map([[0, { other: [1, 2] }]])));
    expect(await Promise.all(inserts)).toEqual(Array(101).fill({ stored: 2, expired: 0 }));
    expect(store.written).toHaveLength(1);
    expect(await hits.get('page 0', 'minute', at)).toEqual(new Map([[0, 68]]));
    expect(await hits.get('other', 'minute', at)).toEqual(new Map([[0, 3]]));
  });

  it('go out with the next write where one is under way, and alone where none is', async () => {
    const ends: (() => void)[] = [];
    const store = new WatchedStore(async (writes, keep) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return keep(writes);
    });
    const hits = await opened('count', store);
    const nextTurn = () => new Promise(setImmediate);
    const first = hits.insert('a', 1, at);
    await nextTurn();
    const later: Promise<unknown>[] = [];
    for (let turn = 0; turn < 5; turn++) {
      later.push(hits.insert('a', 10, at));
      await nextTurn();
    }
    expect(store.written).toHaveLength(1);
    ends.shift()?.();
    await first;
    await nextTurn();
    expect(store.written.map((writes) => writes[0]?.data)).toEqual([1, 50]);
    ends.shift()?.();
    await Promise.all(later);
    expect(await hits.get('a', 'minute', at)).toEqual(new Map([[0, 51]]));
  });

  it('of callers that each await the one before go out together every time', async () => {
    const store = new WatchedStore(async (writes, keep) => {
      await new Promise(setImmediate);
      return keep(writes);
    });
    const hits = await opened('count', store);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let index = 0; index < 10; index++) await hits.insert('a', 1, at);
      }),
    );
    expect(store.written).toHaveLength(10);
  });

  it('leave what a call gave as it was', async () => {
    const seen = await opened('series', new WatchedStore());
    const [first, second] = [
      [1, 2],
      [3, 4],
    ];
    await Promise.all([seen.insert('a', first, at), seen.insert('a', second, at), seen.insert('a', 5, at)]);
    expect([first, second]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await seen.get('a', 'minute', at)).toEqual(new Map([[0, [1, 2, 3, 4, 5]]]));
  });

  it('arrive in the order of the calls, whatever the type', async () => {
    const store = new WatchedStore(async (writes, keep) => {
      await new Promise(setImmediate);
      return keep(writes);
    });
    const seen = await opened('series', store);
    const level = await opened('gauge', store);
    const calls: Promise<unknown>[] = [];
    for (let index = 0; index < 50; index++) {
      calls.push(
        index % 7 === 0 ? seen.bulkInsert(new Map([[0, { a: [index] }]])) : seen.insert('a', index, at),
      );
      calls.push(level.insert('a', index, at));
      if (index % 5 === 0) await new Promise(setImmediate);
    }
    await Promise.all(calls);
    expect(await seen.get('a', 'minute', at)).toEqual(new Map([[0, [...Array(50).keys()]]]));
    expect(await level.get('a', 'minute', at)).toEqual(new Map([[0, 49]]));
  });

  it('tell each call how many buckets of its own were stored, and how many are expired', async () => {
    const kept = { minute: { step: 60, steps: 2 }, hour: { step: 3600 } };
    const store = new WatchedStore();
    const options = { type: 'count', intervals: kept, clock: () => 600 } as const;
    const hits = await new Kairos([store.backend]).timeseries('memory:', options);
    const results = await Promise.all([
      hits.insert('a', 1, at),
      hits.insert('a', 1, { timestamp: 600 }),
      hits.insert('a', [], at),
      hits.insert('a', 1, { timestamp: 600, intervals: -1 }),
      hits.bulkInsert(
        new Map([
          [0, { a: [1] }],
          [600, { a: [1], b: [1] }],
        ]),
      ),
    ]);
    expect(results).toEqual([
      { stored: 1, expired: 1 },
      { stored: 2, expired: 0 },
      { stored: 0, expired: 0 },
      { stored: 4, expired: 0 },
      { stored: 4, expired: 1 },
    ]);
    expect(store.written).toHaveLength(1);
  });

  it('go out by themselves with combine: false, of the timeseries or of the call', async () => {
    const store = new WatchedStore();
    const apart = await opened('count', store, { combine: false });
    await Promise.all([apart.insert('a', 1, at), apart.insert('a', 1, at)]);
    expect(store.written).toHaveLength(2);
    const together = await opened('count', store);
    await Promise.all([together.insert('a', 1, at), together.insert('a', 1, { ...at, combine: false })]);
    expect(store.written).toHaveLength(4);
    await expect(Reflect.apply(together.insert, together, ['a', 1, { combine: 1 }])).rejects.toThrow(
      '"combine"',
    );
  });

  it('work while timers, ticks and microtasks are faked', async () => {
    const hits = await opened('count', new WatchedStore());
    jest.useFakeTimers();
    try {
      await Promise.all([hits.insert('a', 1, at), hits.insert('a', 1, at)]);
      await hits.insert('a', 1, at);
    } finally {
      jest.useRealTimers();
    }
    expect(await hits.get('a', 'minute', at)).toEqual(new Map([[0, 3]]));
  });

  it('are checked before they are combined', async () => {
    const store = new WatchedStore();
    const hits = await opened('count', store);
    const outcomes = await Promise.allSettled([
      hits.insert('a', 1, at),
      hits.insert('a', Number.NaN, at),
      hits.insert('', 1, at),
      hits.insert('a', 1, at),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(store.written).toHaveLength(1);
    expect(await hits.get('a', 'minute', at)).toEqual(new Map([[0, 2]]));
  });

  it('are not added up where the sum would not be what the store would have come to', async () => {
    const store = new WatchedStore();
    const hits = await opened('count', store);
    const large = Number.MAX_SAFE_INTEGER;
    await Promise.allSettled([large, large, 1, 1e308, 1e308].map((amount) => hits.insert('a', amount, at)));
    expect(store.written.map((writes) => writes[0]?.data)).toEqual([large, large, 1, 1e308, 1e308]);
  });

  it('are as many as one write takes, in the order of the calls; the others wait', async () => {
    const store = new WatchedStore();
    const hits = await opened('count', store);
    await Promise.all([...Array(25_000).keys()].map((index) => hits.insert(`${index}`, 1, at)));
    expect(store.written.map((writes) => writes.length)).toEqual([20_000, 20_000, 10_000]);
    const texts = await opened('series', store);
    const text = 'x'.repeat(2 ** 20);
    store.written.length = 0;
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => texts.insert(name, text, at)));
    expect(store.written.map((writes) => writes.length)).toEqual([6, 6]);
  });

  it('have no more of one name in a write than the store applies whole', async () => {
    const atomicSize = { values: 6, bytes: 1000 };
    const store = new WatchedStore(undefined, { capabilities: { ...capabilities, atomicSize } });
    const seen = await opened('series', store);
    await Promise.all([...Array(8).keys()].map((index) => seen.insert(index < 6 ? 'a' : 'b', index, at)));
    const valuesOf = (writes: readonly BucketWrite[]) =>
      writes.map(({ name, data }) => `${name} ${Array.isArray(data) ? data.length : 0}`);
    expect(store.written.map(valuesOf)).toEqual([
      ['a 3', 'a 3'],
      ['a 3', 'a 3', 'b 2', 'b 2'],
    ]);
  });
});

const capabilities = {
  expiry: 'manual',
  atomicEvents: true,
  fractionalCounts: true,
  nul: true,
  shared: false,
} as const;

describe('Of combined inserts that the store refuses', () => {
  it('those that name the refused bucket fail, and no other', async () => {
    const store = new WatchedStore(refusing('bad 7', 'bad 500'));
    const hits = await opened('count', store);
    const names = [...Array(1000).keys()].map((index) =>
      index === 7 || index === 500 ? `bad ${index}` : 'good',
    );
    const outcomes = messages(await Promise.allSettled(names.map((name) => hits.insert(name, 1, at))));
    expect(outcomes.filter((message) => message !== 'stored')).toEqual([
      expect.stringContaining('refused for bad 7'),
      expect.stringContaining('refused for bad 500'),
    ]);
    expect(await hits.get('good', 'minute', at)).toEqual(new Map([[0, 998]]));
    expect(store.written.length).toBeLessThan(40);
  });

  it('each keeps its own error, with its fate and the cause', async () => {
    const hits = await opened('count', new WatchedStore(refusing('b')));
    const bulk = new Map([[0, { a: [1], b: [1] }]]);
    const [a, b, both] = await Promise.allSettled([
      hits.insert('a', 1, at),
      hits.insert('b', 1, at),
      hits.bulkInsert(bulk),
    ]);
    expect(a.status).toBe('fulfilled');
    const error = b.status === 'rejected' ? b.reason : undefined;
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ fate: 'failed', cause: new Error('refused for b') });
    expect(error.message).toContain('The insert of "b" was not stored');
    const bulkError = both.status === 'rejected' ? both.reason : undefined;
    expect(bulkError).toBeInstanceOf(BulkInsertError);
    expect(bulkError.failed).toEqual(bulk);
    expect(await hits.get('a', 'minute', at)).toEqual(new Map([[0, 1]]));
  });

  it('a call that is too much beside others is stored alone', async () => {
    const store = new WatchedStore(async (writes, keep) => {
      const sum = writes.reduce((all, { data }) => all + Number(data), 0);
      if (sum < 1000) return keep(writes);
      return writes.map((write) => ({ write, fate: 'failed' as const, error: new Error('too much') }));
    });
    const hits = await opened('count', store);
    await Promise.all([hits.insert('a', 300, at), hits.insert('b', 300, at), hits.insert('c', 300, at)]);
    expect(await hits.get(['a', 'b', 'c'], 'minute', at)).toEqual(new Map([[0, 900]]));
  });

  it('what is left of a call is sent again where a part of it is stored', async () => {
    const store = new WatchedStore(async (writes, keep) => {
      const fits = writes.filter(({ data, interval }) => interval === 'hour' || Number(data) < 3);
      await keep(fits);
      const error = new Error('too much');
      return writes
        .filter((write) => !fits.includes(write))
        .map((write) => ({ write, fate: 'failed', error }));
    });
    const hits = await opened('count', store);
    await Promise.all([hits.insert('a', 2, at), hits.insert('a', 2, at)]);
    expect(await hits.get('a', 'minute', at)).toEqual(new Map([[0, 4]]));
    expect(await hits.get('a', 'hour', { ...at, condense: true })).toEqual(new Map([[0, 4]]));
  });

  it('those whose fate the store did not tell are unknown, and are not sent again', async () => {
    const store = new WatchedStore(async () => {
      throw new Error('connection lost');
    });
    const hits = await opened('count', store);
    const outcomes = await Promise.allSettled(['a', 'a', 'b'].map((name) => hits.insert(name, 1, at)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { fate: 'unknown' } });
    }
    expect(store.written).toHaveLength(1);
  });

  it('none is asked for by itself where the server is gone', async () => {
    const store = new WatchedStore(async (writes) =>
      writes.map((write) => ({ write, fate: 'failed', error: new Error('connection refused') })),
    );
    const hits = await opened('count', store);
    store.answers = false;
    const outcomes = await Promise.allSettled(
      [...Array(10_000).keys()].map((index) => hits.insert(`${index}`, 1, at)),
    );
    expect(new Set(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.fate))).toEqual(
      new Set(['failed']),
    );
    expect(store.written).toHaveLength(1);
  });

  it('none is sent again where the store would refuse any other as well', async () => {
    const store = new WatchedStore(async (writes) =>
      writes.map((write) => ({
        write,
        fate: 'failed',
        error: new Error('database is locked'),
        general: true,
      })),
    );
    const hits = await opened('count', store);
    const outcomes = await Promise.allSettled(['a', 'a', 'b'].map((name) => hits.insert(name, 1, at)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { fate: 'failed' } });
    }
    expect(store.written).toHaveLength(1);
  });

  it('not each of thousands is tried where the server answers, and refuses them all', async () => {
    const store = new WatchedStore(async (writes) =>
      writes.map((write) => ({ write, fate: 'failed', error: new Error('read-only') })),
    );
    const hits = await opened('count', store);
    for (const nameOf of [(index: number) => `${index}`, () => 'hot']) {
      store.written.length = 0;
      const outcomes = await Promise.allSettled(
        [...Array(5000).keys()].map((index) => hits.insert(nameOf(index), 1, at)),
      );
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
      expect(store.written.length).toBeLessThan(300);
    }
  });

  it('all are told why where the adapter itself refuses, nothing being sent', async () => {
    const hits = await opened(
      'count',
      new WatchedStore(async (writes, keep) => {
        if (writes.some(({ name }) => name === 'long')) throw new InvalidValueError('The name is too long');
        return keep(writes);
      }),
    );
    const outcomes = await Promise.allSettled(['a', 'long', 'b'].map((name) => hits.insert(name, 1, at)));
    expect(messages(outcomes)).toEqual(['stored', 'The name is too long', 'stored']);
  });

  it('each is told what is true, whatever the store refuses and in whatever order', async () => {
    const names = fc.constantFrom<string>('a', 'b', 'c', 'd', 'e');
    const calls = fc.array(fc.array(names, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        calls,
        fc.uniqueArray(names, { maxLength: 3 }),
        fc.boolean(),
        async (all, bad, whole) => {
          const partly: Write = async (writes, keep) => {
            await keep(writes.filter(({ name }) => !bad.includes(name)));
            const refused = writes.filter(({ name }) => bad.includes(name));
            return refused.map((write) => ({
              write,
              fate: 'failed',
              error: new Error(`refused for ${write.name}`),
            }));
          };
          const seen = await opened('series', new WatchedStore(whole ? refusing(...bad) : partly));
          const outcomes = await Promise.allSettled(
            all.map((of, index) =>
              of.length === 1
                ? seen.insert(of[0] ?? '', index, at)
                : seen.bulkInsert(new Map([[0, Object.fromEntries(of.map((name) => [name, [index]]))]])),
            ),
          );
          const expected = new Map<string, number[]>();
          for (const [index, of] of all.entries()) {
            const refused = of.filter((name) => bad.includes(name));
            expect(outcomes[index]?.status).toBe(refused.length === 0 ? 'fulfilled' : 'rejected');
            for (const name of new Set(of)) {
              if (bad.includes(name) || (whole && refused.length > 0)) continue;
              expected.set(name, [...(expected.get(name) ?? []), index]);
            }
          }
          for (const name of ['a', 'b', 'c', 'd', 'e']) {
            expect(await seen.get(name, 'minute', at)).toEqual(new Map([[0, expected.get(name) ?? []]]));
          }
        },
      ),
    );
  });
});

describe('Beside inserts that wait', () => {
  it('close sends what waits', async () => {
    const store = new WatchedStore();
    const hits = await opened('count', store);
    const inserts = Promise.all([hits.insert('a', 1, at), hits.insert('a', 1, at)]);
    await hits.close();
    expect(await inserts).toHaveLength(2);
    expect(store.written).toHaveLength(1);
  });

  it('delete and deleteAll take what was inserted before them, and nothing that comes later', async () => {
    const hits = await opened('count', new WatchedStore());
    const calls: Promise<unknown>[] = [hits.insert('a', 1, at), hits.insert('b', 1, at), hits.delete('a')];
    await Promise.all(calls);
    expect(await hits.list()).toEqual(['b']);
    await Promise.all([hits.insert('c', 1, at), hits.deleteAll()]);
    expect(await hits.list()).toEqual([]);
    await hits.insert('d', 1, at);
    expect(await hits.list()).toEqual(['d']);
  });

  it('the record is written again with what follows a deleteAll', async () => {
    let recorded = 0;
    const store = new WatchedStore(undefined, { writeRecord: async () => Boolean(++recorded) });
    const hits = await opened('count', store);
    const before = recorded;
    await hits.deleteAll();
    await Promise.all([hits.insert('a', 1, at), hits.insert('b', 1, at)]);
    expect(recorded).toBe(before + 1);
  });
});

describe('A hundred thousand inserts that wait', () => {
  it('take some 2 kB each, and go out in a few writes', async () => {
    setFlagsFromString('--expose_gc');
    const collect: () => void = runInNewContext('gc');
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const store = new WatchedStore(async (writes, keep) => {
      await gate;
      return keep(writes);
    });
    const hits = await opened('count', store);
    const calls: Promise<unknown>[] = [hits.insert('first', 1, at)];
    await new Promise(setImmediate);
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 100_000; index++) calls.push(hits.insert(`page ${index % 1000}`, 1, at));
    collect();
    expect((process.memoryUsage().heapUsed - before) / 100_000).toBeLessThan(4000);
    open();
    await Promise.all(calls);
    expect(store.written).toHaveLength(11);
  });
});
