import { type MemoryTypes, memory } from '../../../adapter-tests/src/memory/memory-backend.js';
import { MemoryStore } from '../../../adapter-tests/src/memory/memory-store.js';
import type { Backend, StorageAdapter } from '../../src/adapter.js';
import { checkCopy } from '../../src/copy/check-copy.js';
import { copyTimeseries } from '../../src/copy/copy-timeseries.js';
import { verifyCopy } from '../../src/copy/verify-copy.js';
import { InvalidValueError } from '../../src/errors.js';
import { Kairos } from '../../src/kairos.js';

const kairos = new Kairos([memory]);
const minutes = { minute: { step: 60 } } as const;
const coarse = { hour: { step: 3600 }, day: { step: 'daily', resolution: 3600 } } as const;
const HOUR = 3600;
const DAY = 86_400;

const wholeOf = (verified: Awaited<ReturnType<typeof verifyCopy>>) =>
  verified.map(({ interval, from, found, different }) => [interval, from, found.total, different]);

/** A memory store that fails writes of a name after a number of calls. */
function failing(name: string): { backend: Backend<MemoryTypes>; heal(): void; writes(): number } {
  let [broken, writes] = [true, 0];
  const backend: Backend<MemoryTypes> = {
    ...memory,
    open: async (request) => {
      const adapter = await memory.open(request);
      const write: StorageAdapter['write'] = adapter.write.bind(adapter);
      const fragile: Partial<StorageAdapter> = {
        write: async (given, options) => {
          writes++;
          if (!broken || given[0]?.name !== name) return write(given, options);
          // Stores one part, then the connection breaks.
          await write(given.slice(0, Math.ceil(given.length / 2)), options);
          throw new Error('gone');
        },
      };
      return Object.assign(adapter, fragile);
    },
  };
  return {
    backend,
    heal: () => {
      broken = false;
    },
    writes: () => writes,
  };
}

describe('A copy', () => {
  it('makes coarser intervals of a count, to the last one', async () => {
    const from = await kairos.timeseries('memory:', { type: 'count', intervals: minutes });
    const to = await kairos.timeseries('memory:', { type: 'count', intervals: coarse });
    for (let minute = 0; minute < 3000; minute++) await from.insert('a', minute, { timestamp: minute * 60 });
    await from.insert('b', 7, { timestamp: -1 });
    const result = await copyTimeseries(from, to);
    expect(result).toEqual({
      names: 2,
      intervals: [
        { interval: 'hour', from: 'minute', buckets: 51, expired: 0 },
        { interval: 'day', from: 'minute', buckets: 51, expired: 0 },
      ],
    });
    const hours = await to.series('a', 'hour', { start: 0, steps: 50 });
    expect([...hours.values()]).toEqual(Array.from({ length: 50 }, (_, hour) => hour * 3600 + (59 * 60) / 2));
    expect(await to.get('b', 'day', { timestamp: -1 })).toEqual(new Map([[-HOUR, 7]]));
    const total = (3000 * 2999) / 2 + 7;
    expect(wholeOf(await verifyCopy(from, to))).toEqual([
      ['hour', 'minute', total, []],
      ['day', 'minute', total, []],
    ]);
  });

  it('keeps series in the order of time, gauges at their last reading, sets and histograms as they are', async () => {
    for (const [type, expected] of [
      ['series', [3, 1, 2, 1]],
      ['gauge', 1],
      ['set', new Set([3, 1, 2])],
      [
        'histogram',
        new Map([
          [3, 1],
          [1, 2],
          [2, 1],
        ]),
      ],
    ] as const) {
      const from = await kairos.timeseries('memory:', { type, intervals: minutes });
      const to = await kairos.timeseries('memory:', { type, intervals: coarse });
      await from.insert('a', [2, 1], { timestamp: 60 });
      await from.insert('a', [3, 1], { timestamp: 0 });
      await from.insert('a', 9, { timestamp: HOUR });
      await copyTimeseries(from, to);
      const hour = await to.get('a', 'hour', { timestamp: 0 });
      expect([type, hour.get(0)]).toEqual([type, expected]);
      expect((await verifyCopy(from, to)).flatMap(({ different }) => different)).toEqual([]);
    }
  });

  it('hands on data of more values than one write takes, in order', async () => {
    const from = await kairos.timeseries('memory:', { type: 'series', intervals: minutes });
    const to = await kairos.timeseries('memory:', { type: 'series', intervals: { day: { step: 'daily' } } });
    const values = Array.from({ length: 30_000 }, (_, index) => index);
    for (let minute = 0; minute < 6; minute++) await from.insert('a', values, { timestamp: minute * 60 });
    await copyTimeseries(from, to);
    const [all] = (await to.get('a', 'day', { timestamp: 0 })).values();
    expect(all).toEqual(Array.from({ length: 6 }, () => values).flat());
    expect(wholeOf(await verifyCopy(from, to))).toEqual([['day', 'minute', 180_000, []]]);
  });

  it('leaves out what is past its retention in the target', async () => {
    const clock = () => 10 * DAY;
    const intervals = { day: { step: 'daily', steps: 2 }, minute: { step: 60 } } as const;
    const from = await kairos.timeseries('memory:', { type: 'count', intervals: minutes, clock });
    const to = await kairos.timeseries('memory:', { type: 'count', intervals, clock });
    for (let day = 0; day <= 10; day++) await from.insert('a', 1, { timestamp: day * DAY });
    const { intervals: copied } = await copyTimeseries(from, to);
    expect(copied).toEqual([
      { interval: 'day', from: 'minute', buckets: 2, expired: 9 },
      { interval: 'minute', from: 'minute', buckets: 11, expired: 0 },
    ]);
    expect(wholeOf(await verifyCopy(from, to))).toEqual([
      ['day', 'minute', 2, []],
      ['minute', 'minute', 11, []],
    ]);
  });

  it('takes the names and the time that it is told to', async () => {
    const from = await kairos.timeseries('memory:', { type: 'count', intervals: coarse });
    const to = await kairos.timeseries('memory:', { type: 'count', intervals: coarse });
    for (const name of ['a', 'b']) {
      for (let hour = 0; hour < 48; hour++) await from.insert(name, 1, { timestamp: hour * HOUR });
    }
    const options = { names: ['a'], since: 12 * HOUR, until: 36 * HOUR };
    await copyTimeseries(from, to, options);
    expect(await to.list()).toEqual(['a']);
    expect(wholeOf(await verifyCopy(from, to, options))).toEqual([
      ['hour', 'hour', 24, []],
      ['day', 'day', 24, []],
    ]);
    expect((await verifyCopy(from, to, { names: ['a'] })).map(({ different }) => different)).toEqual([
      ['a'],
      ['a'],
    ]);
  });

  it('refuses names that the target has, and adds to them where it is told to', async () => {
    const from = await kairos.timeseries('memory:', { type: 'count', intervals: minutes });
    const to = await kairos.timeseries('memory:', { type: 'count', intervals: minutes });
    for (const each of [from, to]) await each.insert('a', 1, { timestamp: 0 });
    let started = 0;
    const onStart = () => {
      started++;
    };
    await expect(copyTimeseries(from, to, { onStart })).rejects.toThrow('The target already has data of "a"');
    expect(started).toBe(0);
    await copyTimeseries(from, to, { existing: 'add', onStart });
    expect(started).toBe(1);
    expect(await to.get('a', 'minute', { timestamp: 0 })).toEqual(new Map([[0, 2]]));
    await expect(copyTimeseries(from, to, { existing: 'add', resume: [] })).rejects.toThrow('resume');
    await expect(copyTimeseries(from, from)).rejects.toThrow('The source is the target');
  });

  it('that was cut off goes on, and counts nothing twice', async () => {
    const store = new MemoryStore();
    const { backend, heal, writes } = failing('c');
    const broken = new Kairos([backend]);
    const from = await kairos.timeseries('memory:', { type: 'count', intervals: minutes });
    const to = await broken.timeseries(store, { type: 'count', intervals: minutes });
    for (const name of 'abcdefgh') {
      for (let minute = 0; minute < 100; minute++) await from.insert(name, 1, { timestamp: minute * 60 });
    }
    const copied: string[] = [];
    const onCopied = (name: string) => {
      copied.push(name);
    };
    await expect(copyTimeseries(from, to, { onCopied })).rejects.toThrow('copy of "c" failed: gone');
    expect(copied).not.toContain('c');
    expect(await to.list()).toContain('c');
    heal();
    const [before, done] = [writes(), copied.length];
    const progress: number[] = [];
    const { names } = await copyTimeseries(from, to, {
      resume: copied,
      onCopied,
      onProgress: ({ names: number }) => progress.push(number),
    });
    expect([names, writes() - before]).toEqual([8 - done, 8 - done]);
    expect(progress.at(-1)).toBe(8);
    expect(wholeOf(await verifyCopy(from, to))).toEqual([['minute', 'minute', 800, []]]);
  });

  it('ends where it is told to, with the reason', async () => {
    const from = await kairos.timeseries('memory:', { type: 'count', intervals: minutes });
    const to = await kairos.timeseries('memory:', { type: 'count', intervals: minutes });
    for (const name of 'abcdefghij') await from.insert(name, 1, { timestamp: 0 });
    const controller = new AbortController();
    const copied: string[] = [];
    const onCopied = (name: string) => {
      copied.push(name);
      controller.abort(new Error('enough'));
    };
    await expect(copyTimeseries(from, to, { onCopied, signal: controller.signal })).rejects.toThrow('enough');
    expect(copied.length).toBeLessThan(10);
  });

  it('is found to differ where a bucket does', async () => {
    const from = await kairos.timeseries('memory:', { type: 'series', intervals: minutes });
    const to = await kairos.timeseries('memory:', { type: 'series', intervals: minutes });
    for (const name of 'abc') await from.insert(name, [1, 2], { timestamp: 0 });
    await to.insert('a', [2, 1], { timestamp: 0 });
    await to.insert('b', [1, 2], { timestamp: 60 });
    await to.insert('c', [1, 2], { timestamp: 0 });
    const [minute] = await verifyCopy(from, to);
    expect(minute).toEqual({
      interval: 'minute',
      from: 'minute',
      expected: { buckets: 3, total: 6 },
      found: { buckets: 3, total: 6 },
      different: ['a', 'b'],
    });
  });

  it('names the name of a value that the target cannot hold', async () => {
    const from = await kairos.timeseries('memory:', { type: 'set', intervals: minutes });
    const typed: Backend<MemoryTypes> = {
      ...memory,
      open: async (request) => {
        const numbers: Partial<StorageAdapter> = {
          encode: (value) => {
            if (typeof value === 'number') return value;
            throw new InvalidValueError('The value is "x"; expected a number');
          },
        };
        return Object.assign(await memory.open(request), numbers);
      },
    };
    const to = await new Kairos([typed]).timeseries('memory:', { type: 'set', intervals: minutes });
    await from.insert('a', 'x', { timestamp: 0 });
    await expect(copyTimeseries(from, to)).rejects.toThrow('Of "a": The value is "x"; expected a number');
  });
});

describe('A check of a copy', () => {
  it('refuses what the copy would refuse, of a target that is not there', async () => {
    const from = await kairos.timeseries('memory:', { type: 'count', intervals: minutes });
    await from.insert('a', 1, { timestamp: 0 });
    await expect(checkCopy(from, { type: 'count', intervals: coarse })).resolves.toBeUndefined();
    const finer = { type: 'count', intervals: { second: { step: 1 } } } as const;
    await expect(checkCopy(from, finer)).rejects.toThrow('The interval "second" of the target');
    await expect(checkCopy(from, { type: 'gauge', intervals: coarse })).rejects.toThrow('of type "gauge"');
    // Local mean time, used before 1911, is off by seconds.
    await from.insert('old', 1, { timestamp: -2_208_988_800 });
    const paris = { type: 'count', intervals: { day: { step: 'daily' } }, timezone: 'Europe/Paris' } as const;
    await expect(checkCopy(from, paris)).rejects.toThrow('cannot be made');
    await expect(checkCopy(from, paris, { names: ['a'] })).resolves.toBeUndefined();
  });
});
