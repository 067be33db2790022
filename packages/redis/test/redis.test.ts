import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Command, Redis } from 'ioredis';
import { indexKey, Layout, shardOf } from '../src/layout.js';
import { READ_AT_ONCE } from '../src/read/reader.js';
import { IN_FLIGHT } from '../src/write/batches.js';
import { serverUrl } from './servers.js';

const NOW = Math.floor(Date.now() / 1000);
const kairos = new Kairos([redis]);
/** Retention long enough that no bucket expires during a test. */
const minutes = { minute: { step: 60, steps: 240 } };

/** Returns the garbage collector. Node hides it by default. */
function exposeGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

suite('the Redis backend', () => {
  const clients: Redis[] = [];
  let client: Redis;
  let prefix = '';
  let number = 0;

  beforeAll(() => {
    client = new Redis(serverUrl());
  });

  beforeEach(() => {
    prefix = `own ${process.pid} ${number++}`;
  });

  afterAll(async () => {
    await client.quit();
    for (const own of clients) own.disconnect();
  });

  /** All keys of this test. The backend itself never scans. */
  const keys = async () => (await client.keys('*')).filter((key) => key.startsWith(prefix));

  /** Returns the commands that clients, not scripts, send during some work. */
  async function commandsOf(work: () => Promise<unknown>): Promise<string[]> {
    const monitor = await client.monitor();
    clients.push(monitor);
    const seen: string[] = [];
    let ended = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    monitor.on('monitor', (_time, args: string[], source: string) => {
      if (args[0] === 'echo' && args[1] === prefix) ended();
      else if (source !== 'lua') seen.push(String(args[0]).toLowerCase());
    });
    await work();
    await client.echo(prefix);
    await end;
    monitor.disconnect();
    return seen;
  }

  describe('expiry', () => {
    it('is set by the server once for each bucket, counted from the bucket', async () => {
      const hits = await kairos.timeseries(client, { type: 'set', intervals: minutes, prefix });
      await hits.insert('home', 1, { timestamp: NOW - 120 });
      const bucket = (await keys()).find((key) => key.includes('minute:')) ?? '';
      const expected = (Math.floor((NOW - 120) / 60) + 240) * 60;
      expect(await client.call('EXPIRETIME', bucket)).toBe(expected);
      await client.persist(bucket);
      await hits.insert('home', 1, { timestamp: NOW - 120 });
      expect(await client.ttl(bucket)).toBe(-1);
    });

    it('of a window is that of its last bucket, whichever was written first', async () => {
      const intervals = {
        minute: { step: 60, steps: 1000 },
        day: { step: 'daily', resolution: 7, steps: 2 },
      } as const;
      const hits = await kairos.timeseries(client, { type: 'gauge', intervals, prefix });
      const windows = 128 * 60;
      const start = NOW - (NOW % windows);
      const expiries = async () =>
        new Set(
          await Promise.all(
            (await keys())
              .filter((key) => key.includes('minute:'))
              .map((key) => client.call('EXPIRETIME', key)),
          ),
        );
      await hits.insert('first', 1, { timestamp: start });
      await hits.insert('last', 1, { timestamp: start + windows - 1 });
      await hits.insert('last', 1, { timestamp: start });
      expect(await expiries()).toEqual(new Set([start + windows + 999 * 60]));
      const day = (await keys()).find((key) => key.includes('day/') && key.endsWith('first')) ?? '';
      const number = Number(/day\/(\d+):/.exec(day)?.[1]);
      const last = Math.floor(((number + 1) * 64 * 7 - 1) / 86_400);
      expect(await client.call('EXPIRETIME', day)).toBe((last + 2) * 86_400);
    });

    it('of a window is put off by a bucket that is kept for longer, and never brought forward', async () => {
      const open = (steps?: number) => {
        const minute = steps === undefined ? { step: 60 } : { step: 60, steps };
        return kairos.timeseries(client, { type: 'count', intervals: { minute }, prefix });
      };
      const [short, long, forever] = [await open(10), await open(1000), await open()];
      const start = NOW - (NOW % (128 * 60));
      const end = start + 128 * 60;
      const names = new Layout(prefix, 'count').names(shardOf('home'));
      const expected = async (at: number) => {
        for (const key of (await keys()).filter((each) => !each.endsWith('record'))) {
          expect([key, await client.call('EXPIRETIME', key)]).toEqual([key, at]);
        }
      };
      const insert = (hits: typeof short, minute: number) =>
        hits.insert('home', 1, { timestamp: end - 60 * minute });
      await insert(short, 1);
      await expected(end + 9 * 60);
      await insert(long, 1);
      await expected(end + 9 * 60);
      await insert(long, 2);
      await expected(end + 999 * 60);
      await insert(short, 3);
      await expected(end + 999 * 60);
      await insert(forever, 4);
      await expected(-1);
      await insert(long, 5);
      await expected(-1);
      expect(await client.exists(names)).toBe(1);
      const read = await forever.series('home', 'minute', { start: end - 300, steps: 5 });
      expect([...read.values()]).toEqual([1, 1, 1, 1, 2]);
    });

    it.each(['gauge', 'set'] as const)('of a %s leaves nothing behind', async (type) => {
      let ahead = 0;
      const hits = await kairos.timeseries(client, {
        type,
        intervals: { second: { step: 1, steps: 2 } },
        prefix,
        clock: () => Date.now() / 1000 + ahead,
      });
      // By its clock, the last second of a window has just begun.
      await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
      ahead = 128 - (Math.floor(Date.now() / 1000) % 128) - 1;
      await hits.insert('home', 'on', { timestamp: Date.now() / 1000 + ahead });
      expect(await hits.list()).toEqual(['home']);
      // The index and the names are deleted with the last bucket.
      await new Promise((resolve) => setTimeout(resolve, 4100));
      expect(await hits.list()).toEqual([]);
      expect((await keys()).filter((key) => !key.includes('second:'))).toEqual([`${prefix}:${type}:record`]);
      expect(await keys()).toEqual([`${prefix}:${type}:record`]);
    });

    it('of an index is that of the longest bucket, and never, where one has none', async () => {
      const intervals = { minute: { step: 60, steps: 10 }, hour: { step: 3600, steps: 10 } };
      const hits = await kairos.timeseries(client, { type: 'set', intervals, prefix });
      const index = indexKey(new Layout(prefix, 'set').names(shardOf('home')), 'home');
      await hits.insert('home', 1, { timestamp: NOW });
      expect(await client.call('EXPIRETIME', index)).toBe((Math.floor(NOW / 3600) + 10) * 3600);
      await hits.insert('home', 1, { timestamp: NOW - 3600 });
      expect(await client.call('EXPIRETIME', index)).toBe((Math.floor(NOW / 3600) + 10) * 3600);
      const forever = await kairos.timeseries(client, {
        type: 'set',
        intervals: { day: { step: 86_400 } },
        prefix,
      });
      await forever.insert('home', 1);
      expect(await client.ttl(index)).toBe(-1);
      await hits.insert('home', 1, { timestamp: NOW + 86_400 });
      expect(await client.ttl(index)).toBe(-1);
      expect(await client.ttl(new Layout(prefix, 'set').names(shardOf('home')))).toBe(-1);
    });

    it('does not let expired entries pile up in the index or among the names', async () => {
      const steps = 3;
      let now = NOW - 50_000;
      const clock = () => now;
      const intervals = { block: { step: 256, steps } };
      const hits = await kairos.timeseries(client, { type: 'set', intervals, prefix });
      // Entries of blocks long past, as if their buckets had expired unnoticed.
      const shard = new Layout(prefix, 'set').names(shardOf('home'));
      const index = indexKey(shard, 'home');
      for (let chunk = 0; chunk < 200; chunk++) {
        await client.hset(
          index,
          `block:${chunk}`,
          Buffer.concat([Buffer.alloc(32, 1), Buffer.from(String(clock()))]),
        );
      }
      for (let copies = 0; copies < 200; copies++) {
        now = NOW + copies * 256 * 256;
        await hits.insert('home', 1, { timestamp: now });
      }
      const entries = Object.values(await client.hgetallBuffer(index));
      const expired = entries.filter((entry) => Number(entry.subarray(32).toString()) < NOW);
      expect(expired.length).toBeLessThan(20);
    });
  });

  describe('round trips', () => {
    it('an insert is one command, whatever it touches', async () => {
      const intervals = {
        minute: { step: 60, steps: 10 },
        hour: { step: 3600, resolution: 60 },
        year: { step: 'yearly' },
      } as const;
      const hits = await kairos.timeseries(client, { type: 'histogram', intervals, prefix });
      await hits.insert('warm', 'up');
      const commands = await commandsOf(() => hits.insert('home', ['a', 'b'], { intervals: -3 }));
      expect(commands).toEqual(['evalsha']);
    });

    it('a read of any number of buckets and names is commands that are sent together', async () => {
      const hits = await kairos.timeseries(client, {
        type: 'series',
        intervals: { minute: { step: 60 } },
        prefix,
      });
      await hits.insert('home', 1);
      await hits.series(['home', 'about'], 'minute', { end: NOW, steps: 1440 });
      const commands = await commandsOf(() =>
        hits.series(['home', 'about'], 'minute', { end: NOW, steps: 1440 }),
      );
      expect(commands).toEqual(Array(6).fill('evalsha'));
    });

    it('a range of a count is one command for each name', async () => {
      const hits = await kairos.timeseries(client, {
        type: 'count',
        intervals: { minute: { step: 60 } },
        prefix,
      });
      await hits.insert('home', 3, { timestamp: NOW });
      const read = () => hits.series(['home', 'about'], 'minute', { end: NOW, steps: 1440 });
      expect([...(await read()).values()].at(-1)).toBe(3);
      expect(await commandsOf(read)).toEqual(['evalsha', 'evalsha']);
    });

    it('a read of however many names has no more than a bounded number of buckets under way', async () => {
      const own = new Redis(serverUrl());
      clients.push(own);
      const hits = await kairos.timeseries(own, {
        type: 'count',
        intervals: { minute: { step: 60 } },
        prefix,
      });
      const names = Array.from({ length: 500 }, (_, index) => `name ${index}`);
      await hits.bulkInsert(new Map([[NOW, new Map(names.map((name) => [name, [1]]))]]));
      let [most, underWay] = [0, 0];
      const send = own.sendCommand.bind(own);
      own.sendCommand = (command, stream) => {
        most = Math.max(most, ++underWay);
        void command.promise.finally(() => underWay--).catch(() => undefined);
        return send(command, stream);
      };
      const read = await hits.series(names, 'minute', { end: NOW, steps: 4096 });
      expect([...read.values()].at(-1)).toBe(500);
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(READ_AT_ONCE.windows / (4096 / 128));
      await hits.deleteAll();
    });

    it('concurrent inserts go out in one write', async () => {
      const hits = await kairos.timeseries(client, { type: 'count', intervals: minutes, prefix });
      await hits.insert('home', 1);
      const uncork = jest.spyOn(client.stream, 'uncork');
      const written = client.stream.bytesWritten;
      const inserted = Promise.all(Array.from({ length: 64 }, (_, index) => hits.insert(`page ${index}`, 1)));
      // Inserts reach the client a few microtasks later. The write is due right after those.
      await new Promise(process.nextTick);
      await new Promise(process.nextTick);
      expect(client.stream.bytesWritten).toBeGreaterThan(written);
      await inserted;
      expect(uncork).toHaveBeenCalledTimes(1);
      uncork.mockRestore();
    });

    it('nothing ever looks for keys', async () => {
      const hits = await kairos.timeseries(client, { type: 'set', intervals: minutes, prefix });
      await client.config('RESETSTAT');
      await hits.insert('home', 'a');
      await hits.list();
      await hits.properties('home');
      for await (const entry of hits.iterate('home', 'minute')) expect(entry).toHaveLength(2);
      await hits.delete('home');
      await hits.deleteAll();
      const stats = await client.info('commandstats');
      expect(stats).toMatch(/cmdstat_evalsha/);
      expect(stats).not.toMatch(/cmdstat_(keys|h?s?z?scan|randomkey|dbsize)/);
    });
  });

  describe('bulk', () => {
    it('a million events never make a buffer of more than a few calls', async () => {
      const own = new Redis(serverUrl());
      clients.push(own);
      const hits = await kairos.timeseries(own, { type: 'count', intervals: minutes, prefix });
      const inserts = new Map<number, Map<string, number[]>>();
      for (let minute = 0; minute < 10; minute++) {
        const named = new Map<string, number[]>();
        for (let name = 0; name < 10_000; name++) named.set(`name ${name}`, Array<number>(10).fill(1));
        inserts.set(NOW - minute * 60, named);
      }
      let [most, inFlight, longest] = [0, 0, 0];
      const send = own.sendCommand.bind(own);
      own.sendCommand = (command, stream) => {
        inFlight++;
        most = Math.max(most, inFlight);
        longest = Math.max(
          longest,
          command.args.reduce<number>((sum, arg) => sum + String(arg).length, 0),
        );
        void command.promise.finally(() => inFlight--).catch(() => undefined);
        return send(command, stream);
      };
      const { stored } = await hits.bulkInsert(inserts);
      expect(stored).toBe(100_000);
      expect(most).toBeLessThanOrEqual(IN_FLIGHT.calls);
      expect(longest).toBeLessThan(200_000);
      const [[, total] = []] = [...(await hits.series('name 7', 'minute', { collapse: true }))];
      expect(total).toBe(100);
      await hits.deleteAll();
    }, 60_000);

    it('a long name, which every key repeats, does not make long calls', async () => {
      const own = new Redis(serverUrl());
      clients.push(own);
      const hits = await kairos.timeseries(own, {
        type: 'count',
        intervals: { second: { step: 1 } },
        prefix,
      });
      let longest = 0;
      const send = own.sendCommand.bind(own);
      own.sendCommand = (command, stream) => {
        longest = Math.max(
          longest,
          command.args.reduce<number>((sum, arg) => sum + String(arg).length, 0),
        );
        return send(command, stream);
      };
      const name = 'x'.repeat(10_240);
      const seconds = Array.from({ length: 600 }, (_, second) => second);
      await hits.bulkInsert(new Map(seconds.map((second) => [second, { [name]: [1] }])));
      expect(longest).toBeLessThan(1.1 * 2 ** 20);
      const read = await hits.series(name, 'second', { start: 0, steps: 600 });
      expect(new Set(read.values())).toEqual(new Set([1]));
      await hits.deleteAll();
    });

    it('a million values of one bucket are cut into calls, and keep their order', async () => {
      const hits = await kairos.timeseries(client, {
        type: 'series',
        intervals: { year: { step: 'yearly' } },
        prefix,
      });
      const values = Array.from({ length: 300_000 }, (_, index) => index);
      expect(await hits.bulkInsert(new Map([[NOW, { home: values }]]))).toEqual({ stored: 1, expired: 0 });
      const [read] = (await hits.get('home', 'year')).values();
      expect(read).toEqual(values);
      await hits.deleteAll();
    }, 60_000);

    it('a name that the server refuses does not take others with it', async () => {
      const hits = await kairos.timeseries(client, {
        type: 'count',
        intervals: { year: { step: 'yearly' } },
        prefix,
      });
      const names = Array.from({ length: 600 }, (_, index) => `name ${index}`);
      await hits.insert('name 7', Number.MAX_VALUE);
      const inserts = new Map([[NOW, new Map(names.map((name) => [name, [Number.MAX_VALUE]]))]]);
      const error = await hits.bulkInsert(inserts).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'KAIROS_BULK_INSERT', unknown: new Map() });
      expect(error).toMatchObject({ failed: new Map([[NOW, new Map([['name 7', [Number.MAX_VALUE]]])]]) });
      expect(await hits.list()).toHaveLength(600);
      await hits.deleteAll();
    });
  });

  describe('numbers', () => {
    it('counts are exact to a double, whatever is added in whatever order', async () => {
      const intervals = { year: { step: 'yearly', resolution: 'daily' }, all: { step: 'yearly' } } as const;
      const hits = await kairos.timeseries(client, { type: 'count', intervals, prefix });
      let sum = 0;
      const amounts = [
        0.1,
        0.2,
        1e21,
        -1e21,
        7,
        2 ** 53,
        1,
        5e-324,
        -0.3,
        1 / 3,
        1e15,
        123456789.123,
        -(2 ** 60),
      ];
      for (const amount of [...amounts, ...amounts.map((amount) => amount * Math.PI)]) {
        sum += amount;
        await hits.insert('home', amount);
        expect([...(await hits.get('home', 'all')).values()]).toEqual([sum]);
        expect([...(await hits.get('home', 'year')).values()]).toEqual([sum]);
      }
    });

    it('whole numbers are added by the server, and stay whole in the store', async () => {
      const hits = await kairos.timeseries(client, {
        type: 'count',
        intervals: { year: { step: 'yearly' } },
        prefix,
      });
      await hits.insert('home', 2);
      await hits.insert('home', 40);
      const bucket = (await keys()).find((key) => key.includes('year:')) ?? '';
      expect(await client.hvals(bucket)).toEqual(['42']);
    });
  });

  it('readings of several lines come back as they were, beside others', async () => {
    const hits = await kairos.timeseries(client, { type: 'gauge', intervals: minutes, prefix });
    const readings = ['a\nb', '\n', '', 'c', 7, '7', '8\n9', '\0\r\n'];
    for (const [i, reading] of readings.entries()) {
      await hits.insert('home', reading, { timestamp: NOW - 60 * i });
      const read = await hits.series('home', 'minute', { end: NOW, steps: i + 1 });
      expect([...read.values()].reverse()).toEqual(readings.slice(0, i + 1));
    }
  });

  describe('a bucket of another kind', () => {
    it('fails the event before anything of it is written', async () => {
      const intervals = { minute: { step: 60 }, day: { step: 'daily' } } as const;
      for (const type of ['count', 'gauge', 'set', 'series', 'histogram'] as const) {
        const hits = await kairos.timeseries(client, { type, intervals, prefix });
        await hits.insert('home', 1, { timestamp: NOW });
        const day = (await keys()).find((key) => key.includes(`:${type}:`) && key.includes('day:')) ?? '';
        await client.del(day);
        await client.xadd(day, '*', 'field', 'value');
        await expect(hits.insert('home', 1, { timestamp: NOW })).rejects.toMatchObject({
          code: 'KAIROS_STORAGE',
          message: expect.stringContaining('was not stored'),
        });
        const once =
          type === 'count' ? 1 : await hits.get('home', 'minute', { timestamp: NOW, transform: 'count' });
        if (type === 'series') expect([...(once as Map<number, unknown>).values()]).toEqual([1]);
        if (type === 'count')
          expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([1]);
      }
    });
  });

  describe('occurrences that overflow', () => {
    const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } };
    const huge = '999999999999999999';

    it.each([
      ['beyond what is exact', `${huge}9`],
      ['of no whole number', '1.5'],
      ['of no number', 'many'],
    ])('%s, in one bucket of several, leave all of them as they were', async (_, stored) => {
      for (const interval of ['minute:', 'hour/']) {
        for (const key of await keys()) await client.unlink(key);
        const hits = await kairos.timeseries(client, { type: 'histogram', intervals, prefix });
        await hits.insert('home', ['a', 'b', 'c'], { timestamp: NOW });
        const key = (await keys()).find((each) => each.includes(interval)) ?? '';
        const field = Object.keys(await client.hgetall(key)).find((each) => each.endsWith('b')) ?? '';
        await client.hset(key, field, stored);
        const state = async () =>
          Promise.all((await keys()).sort().map(async (each) => [each, await client.dumpBuffer(each)]));
        const before = await state();
        const next = { timestamp: NOW, intervals: 1 };
        await expect(hits.insert('home', ['a', 'b', 'c', 'd'], next)).rejects.toMatchObject({
          code: 'KAIROS_STORAGE',
          message: expect.stringMatching(/was not stored.*no whole number below 10\^18/),
        });
        const bulk = new Map([[NOW, { home: ['a', 'b'] }]]);
        await expect(hits.bulkInsert(bulk)).rejects.toMatchObject({ failed: bulk, unknown: new Map() });
        expect(await state()).toEqual(before);
      }
    });

    it('up to 10^18 are counted', async () => {
      const hits = await kairos.timeseries(client, { type: 'histogram', intervals, prefix });
      await hits.insert('home', 'a', { timestamp: NOW });
      const key = (await keys()).find((each) => each.includes('minute:')) ?? '';
      await client.hset(key, 'a', huge);
      await hits.insert('home', 'a', { timestamp: NOW });
      expect(await client.hget(key, 'a')).toBe('1000000000000000000');
    });
  });

  it('a sum of a count that overflows, in one bucket of several, leaves all of them as they were', async () => {
    const intervals = {
      minute: { step: 60 },
      day: { step: 'daily', resolution: 60 },
      year: { step: 'yearly' },
    } as const;
    const hits = await kairos.timeseries(client, { type: 'count', intervals, prefix });
    await hits.insert('home', 1e308, { timestamp: NOW });
    const state = async () =>
      Promise.all((await keys()).sort().map(async (each) => [each, await client.dumpBuffer(each)]));
    const before = await state();
    await expect(hits.insert('home', 1e308, { timestamp: NOW - 60 })).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(/was not stored.*is too large/),
    });
    expect(await state()).toEqual(before);
  });

  it('many timeseries opened at once on a client that is not ready yet add no listener each', async () => {
    const warned = jest.fn();
    process.on('warning', warned);
    const own = new Redis(serverUrl(), { lazyConnect: true });
    clients.push(own);
    const listeners = () => own.eventNames().map((event) => own.listenerCount(event));
    const opening = Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        kairos.timeseries(own, { type: 'count', intervals: minutes, prefix: `${prefix} ${index}` }),
      ),
    );
    const most = Math.max(...listeners());
    await opening;
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
    expect(most).toBeLessThan(5);
    expect(Math.max(...listeners())).toBeLessThan(5);
  });

  it('many timeseries opened at once on a client that cannot connect are all told', async () => {
    const own = new Redis(1, '127.0.0.1');
    clients.push(own);
    own.on('error', () => undefined);
    const openings = await Promise.allSettled(
      Array.from({ length: 30 }, () => kairos.timeseries(own, { type: 'count', intervals: minutes })),
    );
    for (const opening of openings) {
      expect(opening).toMatchObject({ status: 'rejected', reason: { code: 'KAIROS_STORAGE' } });
    }
  });

  describe('a pipeline', () => {
    it('takes the insert, and nothing is sent until the caller executes it', async () => {
      const hits = await kairos.timeseries(client, { type: 'count', intervals: minutes, prefix });
      const pipeline = client.pipeline();
      const commands = await commandsOf(async () => {
        expect(await hits.insert('home', 1, { timestamp: NOW, pipeline })).toEqual({ stored: 1, expired: 0 });
        await hits.insert('home', 2, { timestamp: NOW, pipeline });
        await hits.bulkInsert(new Map([[NOW, { about: [5] }]]), { pipeline });
      });
      expect(commands).toEqual([]);
      expect(await hits.list()).toEqual([]);
      expect(await pipeline.exec()).toEqual([
        [null, 1],
        [null, 1],
        [null, 1],
      ]);
      expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([3]);
      expect([...(await hits.get('about', 'minute', { timestamp: NOW })).values()]).toEqual([5]);
    });

    it('may be a transaction, with commands of the caller’s', async () => {
      const hits = await kairos.timeseries(client, { type: 'set', intervals: minutes, prefix });
      await client.script('FLUSH');
      const transaction = client.multi();
      await hits.insert('home', 'a', { timestamp: NOW, pipeline: transaction });
      transaction.set(`${prefix} beside`, 'x');
      await hits.insert('home', 'b', { timestamp: NOW, pipeline: transaction });
      expect(await transaction.exec()).toEqual([
        [null, 1],
        [null, 'OK'],
        [null, 1],
      ]);
      expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([
        new Set(['a', 'b']),
      ]);
    });

    it('is refused where it is something else', async () => {
      const hits = await kairos.timeseries(client, { type: 'count', intervals: minutes, prefix });
      const insert = hits.insert('home', 1, Object.assign({}, { pipeline: client as never }));
      await expect(insert).rejects.toMatchObject({
        code: 'KAIROS_CONFIGURATION',
        message: expect.stringContaining('"pipeline"'),
      });
    });
  });

  describe('a custom fetch', () => {
    it('gets the client and the key of each bucket, and its rows are what it returns', async () => {
      const visits = await kairos.timeseries(client, {
        type: 'histogram',
        intervals: { minute: { step: 60 } },
        prefix,
      });
      await visits.insert('home', ['a', 'b', 'a'], { timestamp: 600 });
      await visits.insert('home', ['c'], { timestamp: 720 });
      const read = () =>
        visits.series('home', 'minute', {
          start: 600,
          steps: 3,
          fetch: (handle, key) => handle.hlen(key),
          processRow: (data) => data,
        });
      expect([...(await read())]).toEqual([
        [600, 2],
        [660, new Map()],
        [720, 1],
      ]);
      const commands = await commandsOf(read);
      expect(commands.sort()).toEqual(['exists', 'exists', 'exists', 'hlen', 'hlen', 'hlen']);
    });

    it('may compute with what it read', async () => {
      const levels = await kairos.timeseries(client, {
        type: 'series',
        intervals: { minute: { step: 60 } },
        prefix,
      });
      await levels.insert('home', [3, 1, 2], { timestamp: 0 });
      const read = await levels.get('home', 'minute', {
        timestamp: 0,
        fetch: async (handle, key) => (await handle.lrange(key, 0, 0)).map(Number),
      });
      expect([...read]).toEqual([[0, [3]]]);
    });

    it('is called once for a bucket with its resolutions, which stands at the bucket’s start', async () => {
      const intervals = { day: { step: 86_400, resolution: 3600 } };
      const hits = await kairos.timeseries(client, { type: 'set', intervals, prefix });
      await hits.insert('home', 1, { timestamp: 86_400 + 7200 });
      await hits.insert('home', 1, { timestamp: 86_400 + 9 * 3600 });
      const read = await hits.get('home', 'day', {
        timestamp: 86_400,
        fetch: (handle, key) => handle.scard(key),
        processRow: (data) => data,
      });
      expect([...read]).toEqual([[86_400, 2]]);
    });

    it('of a count is called for each window with the fields that are asked for', async () => {
      const intervals = { minute: { step: 60 }, week: { step: 'weekly', resolution: '7d' } } as const;
      const hits = await kairos.timeseries(client, { type: 'count', intervals, prefix });
      for (const minute of [-1, 0, 127, 128, 129]) {
        await hits.insert('home', minute + 2, { timestamp: 60 * minute });
      }
      const asked: string[][] = [];
      const read = await hits.series('home', 'minute', {
        start: -60,
        end: 60 * 128,
        fetch: (handle, key, fields) => {
          asked.push(fields);
          return handle.hmget(key, ...fields);
        },
        processRow: Number,
      });
      expect([...read.values()].filter((count) => count !== 0)).toEqual([1, 2, 129, 130]);
      expect(asked.map((fields) => [fields.length, fields[0]])).toEqual([
        [1, '127'],
        [128, '0'],
        [1, '0'],
      ]);
      // The first Sunday of 1970 is the 4th, so the first seven days belong to two weeks.
      await hits.insert('home', 7, { timestamp: 86_400 * 5 });
      const weeks = await hits.get('home', 'week', {
        timestamp: 86_400 * 4,
        fetch: (handle, key, fields) => {
          expect(fields).toEqual(['0+1', '1']);
          return handle.hmget(key, ...fields);
        },
        processRow: Number,
        condense: true,
      });
      expect([...weeks]).toEqual([[86_400 * 3, 7]]);
    });

    it('of a count that returns something else than one thing for each field is told so', async () => {
      const hits = await kairos.timeseries(client, { type: 'count', intervals: minutes, prefix });
      await hits.insert('home', 1);
      for (const returned of [5, [], null, {}]) {
        await expect(hits.get('home', 'minute', { fetch: () => returned })).rejects.toMatchObject({
          code: 'KAIROS_INVALID_VALUE',
          message: expect.stringContaining('"fetch"'),
        });
      }
    });

    it('that throws at once leaves no command without anybody who waits for it', async () => {
      const unhandled = jest.fn();
      process.on('unhandledRejection', unhandled);
      const hits = await kairos.timeseries(serverUrl(), { type: 'count', intervals: minutes, prefix });
      await hits.insert('home');
      const fetch = () => {
        throw new TypeError('mine');
      };
      await expect(hits.get('home', 'minute', { fetch })).rejects.toThrow('mine');
      await hits.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
      process.off('unhandledRejection', unhandled);
      expect(unhandled).not.toHaveBeenCalled();
    });
  });

  describe('deleting', () => {
    it('everything leaves no key of the timeseries, and every other key alone', async () => {
      const neighbours = ['', ':', '*', ':b', ':count', '{', '}'].map((suffix) => `${prefix}${suffix}`);
      const open = (own: string, type: 'count' | 'set') =>
        kairos.timeseries(client, { type, intervals: minutes, prefix: own });
      for (const own of neighbours) {
        for (const type of ['count', 'set'] as const) {
          const hits = await open(own, type);
          for (const name of ['a', 'ab', 'a*', 'a:b', '*']) await hits.insert(name, 1);
        }
      }
      const before = await keys();
      const hits = await open(prefix, 'count');
      await hits.deleteAll();
      const left = await keys();
      const deleted = before.filter((key) => !left.includes(key));
      expect(deleted.every((key) => key.startsWith(`${prefix}:count:`))).toBe(true);
      // The record, and for each of five names its window, its index, and the names of its shard.
      expect(new Set(deleted).size).toBe(16);
      for (const own of neighbours.slice(1)) {
        expect(await (await open(own, 'count')).list()).toEqual(['*', 'a', 'a*', 'a:b', 'ab']);
      }
      expect(await (await open(prefix, 'set')).list()).toHaveLength(5);
    });

    it('a name with more buckets than one script deletes leaves nothing', async () => {
      const hits = await kairos.timeseries(client, {
        type: 'set',
        intervals: { second: { step: 1 } },
        prefix,
      });
      const inserts = new Map(Array.from({ length: 25_000 }, (_, second) => [second * 3, { home: [1] }]));
      await hits.bulkInsert(inserts);
      await hits.insert('about', 1);
      await hits.delete('home');
      expect(await hits.list()).toEqual(['about']);
      expect((await keys()).filter((key) => key.endsWith(':home'))).toEqual([]);
    }, 60_000);
  });

  it('a script cache that is flushed between calls goes unnoticed', async () => {
    const hits = await kairos.timeseries(client, { type: 'count', intervals: minutes, prefix });
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 20 }, () => hits.insert('home', 1, { timestamp: NOW })));
      await client.script('FLUSH');
      expect(await hits.list()).toEqual(['home']);
    }
    expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([60]);
  });

  it('an insert that cannot be written out, now or once there is a connection, was not stored', async () => {
    const own = new Redis(serverUrl());
    clients.push(own);
    const hits = await kairos.timeseries(own, { type: 'count', intervals: minutes, prefix });
    const { toWritable } = Command.prototype;
    const written = jest.spyOn(Command.prototype, 'toWritable').mockImplementation(function (
      this: Command,
      socket,
    ) {
      if (/^eval/.test(this.name)) throw new RangeError('Invalid string length');
      return toWritable.call(this, socket);
    });
    const refused = (insert: Promise<unknown>) =>
      expect(insert).rejects.toMatchObject({
        code: 'KAIROS_STORAGE',
        message: expect.stringMatching(/was not stored.*Invalid string length/),
      });
    await refused(hits.insert('home', 1, { timestamp: NOW }));
    own.disconnect(true);
    await refused(hits.insert('home', 1, { timestamp: NOW }));
    written.mockRestore();
    await hits.insert('home', 1, { timestamp: NOW });
    expect([...(await hits.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([1]);
  });

  it('a client with a key prefix, autopipelining and strings for numbers serves as well', async () => {
    const own = new Redis(serverUrl(), {
      keyPrefix: `${prefix} outer:`,
      enableAutoPipelining: true,
      stringNumbers: true,
      replyMapping: 'resp3',
    });
    clients.push(own);
    const intervals = { minute: { step: 60, steps: 10 }, hour: { step: 3600, resolution: 60 } };
    for (const type of ['count', 'gauge', 'set', 'series', 'histogram'] as const) {
      const hits = await kairos.timeseries(own, { type, intervals, prefix });
      await hits.insert('home', 1, { timestamp: NOW });
      expect(await hits.list()).toEqual(['home']);
      expect((await hits.properties('home')).minute).toEqual({
        first: NOW - (NOW % 60),
        last: NOW - (NOW % 60),
      });
      expect((await hits.get('home', 'hour', { timestamp: NOW, transform: 'count' })).size).toBe(1);
      expect(
        (
          await hits.get('home', 'minute', {
            timestamp: NOW,
            fetch: async (handle, key, fields) =>
              fields.length === 0 ? handle.type(key) : handle.hmget(key, ...fields),
            processRow: (data) => data,
          })
        ).size,
      ).toBe(1);
    }
    expect((await keys()).every((key) => key.startsWith(`${prefix} outer:${prefix}:`))).toBe(true);
  });

  it('an interval that is given a resolution later begins anew, and is deleted with all it was', async () => {
    const coarse = await kairos.timeseries(client, {
      type: 'count',
      intervals: { day: { step: 86_400 } },
      prefix,
    });
    await coarse.insert('home', 5);
    const fine = await kairos.timeseries(client, {
      type: 'count',
      intervals: { day: { step: 86_400, resolution: 3600 } },
      prefix,
      allowSchemaChange: true,
    });
    await fine.insert('home', 1);
    expect([...(await fine.get('home', 'day')).values()]).toEqual([1]);
    await fine.delete('home');
    expect(await keys()).toEqual([`${prefix}:count:record`]);
  });

  it.each([5, 'half \ud800', null])('refuses the prefix %p', async (wrong) => {
    const open = kairos.timeseries(client, { type: 'count', intervals: minutes, prefix: wrong as never });
    await expect(open).rejects.toMatchObject({
      code: 'KAIROS_CONFIGURATION',
      message: expect.stringContaining('"prefix"'),
    });
  });

  it('holds nothing of a client that it has closed', async () => {
    const collectGarbage = exposeGc();
    // A client's options are reachable as long as the client is.
    const openAndClose = async () => {
      const retryStrategy = () => null;
      const clientConfig = { retryStrategy };
      const options = { type: 'count', intervals: minutes, prefix, clientConfig } as const;
      const hits = await kairos.timeseries(serverUrl(), options);
      await hits.insert('home', 1);
      await hits.close();
      return new WeakRef(retryStrategy);
    };
    const held = await openAndClose();
    for (let turn = 0; turn < 20 && held.deref() !== undefined; turn++) {
      await sleep(50);
      collectGarbage();
    }
    expect(held.deref()).toBeUndefined();
  });

  it('closes a client that it opened, and leaves a handle open', async () => {
    const handle = await kairos.timeseries(client, { type: 'count', intervals: minutes, prefix });
    await handle.close();
    expect(await client.ping()).toBe('PONG');
    const opened = await kairos.timeseries(serverUrl(), {
      type: 'count',
      intervals: minutes,
      prefix,
      clientConfig: { connectionName: 'kairos-own' },
    });
    expect(String(await client.client('LIST'))).toContain('name=kairos-own');
    await opened.close();
    expect(String(await client.client('LIST'))).not.toContain('name=kairos-own');
  });
});
