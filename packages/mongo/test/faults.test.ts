import { BulkInsertError, type BulkInserts, ConfigurationError, StorageError } from '@kairos/core';
import { MongoClient } from 'mongodb';
import { anotherCopy } from './support/another-copy.js';
import { CuttingProxy } from './support/cutting-proxy.js';
import { freshDatabase, kairos } from './support/database.js';
import { PrivateServer } from './support/private-server.js';
import { describeWithServer } from './support/server-url.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600 } } as const;
const count = { type: 'count', intervals } as const;
const at = { timestamp: 0 };

/** If a failed test left a client open, it would keep the process alive. */
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const timeseries of opened.splice(0)) await timeseries.close();
});

const open: typeof kairos.timeseries = async (source, options) => {
  const timeseries = await kairos.timeseries(source, options);
  opened.push(timeseries);
  return timeseries;
};

describeWithServer('when the server', () => {
  const server = new PrivateServer();
  let own: ReturnType<typeof freshDatabase>;

  beforeAll(async () => {
    await server.start();
    own = freshDatabase(server.url);
  }, 120_000);

  afterAll(async () => {
    await own.client.close();
    await server.stop();
  });

  /** Fails the next commands of any client. The server belongs to these tests. */
  const failNext = (command: string, data: object) =>
    own.client.db('admin').command({
      configureFailPoint: 'failCommand',
      mode: { times: 1 },
      data: { failCommands: [command], ...data },
    });

  function url(serverSelectionTimeout: number) {
    const address = new URL(server.url);
    address.pathname = own.name;
    address.searchParams.set('serverSelectionTimeoutMS', String(serverSelectionTimeout));
    return address.href;
  }
  const openCount = (serverSelectionTimeout = 20_000) => open(url(serverSelectionTimeout), count);

  const read = async (name: string) => {
    const hits = await open(own.db, count);
    return (await hits.get(name, 'minute', at)).get(0);
  };

  describe('applied a write whose answer did not arrive', () => {
    let proxy: CuttingProxy;
    let url: string;

    beforeAll(async () => {
      proxy = new CuttingProxy(new URL(server.url));
      url = await proxy.listen();
    });
    afterAll(() => proxy.close());

    it.each(['series', 'histogram', 'count'] as const)(
      'a retry of the driver does not add to a %s twice',
      async (type) => {
        const opened = await open(`${url}&retryWrites=true`, {
          type,
          intervals,
          database: own.name,
        });
        await opened.insert('retried', 1, at);
        proxy.cutAnswerTo('update');
        await opened.insert('retried', 1, at);
        const expected = { series: [1, 1], histogram: new Map([[1, 2]]), count: 2 }[type];
        expect(await opened.get('retried', 'minute', at)).toEqual(new Map([[0, expected]]));
        await opened.close();
      },
    );

    it('an insert that is not retried says that it may be stored', async () => {
      const hits = await open(`${url}&retryWrites=false`, { ...count, database: own.name });
      proxy.cutAnswerTo('update');
      const insert = hits.insert('unanswered', 1, at);
      await expect(insert).rejects.toThrow(/may be stored in part.*unknown/);
      await expect(insert).rejects.toThrow(StorageError);
      expect(await read('unanswered')).toBe(1);
      await hits.close();
    });

    it('a bulk insert that is not retried names it as unknown, and goes no further', async () => {
      const hits = await open(`${url}&retryWrites=false`, { ...count, database: own.name });
      const minutes = Array.from({ length: 3000 }, (_, minute) => [60 * minute, { long: [1] }] as const);
      proxy.cutAnswerTo('update');
      const error = await hits.bulkInsert(new Map(minutes)).catch((reason: unknown) => reason);
      if (!(error instanceof BulkInsertError)) throw error;
      const lost = [...error.failed.keys(), ...error.unknown.keys()].map(Number);
      expect(lost.sort((a, b) => a - b)).toEqual(minutes.map(([timestamp]) => timestamp));
      expect(error.unknown.size).toBeGreaterThan(0);
      const found = await (await open(own.db, count)).series('long', 'minute', {
        start: 0,
        steps: 3000,
      });
      for (const timestamp of error.failed.keys()) expect(found.get(Number(timestamp))).toBe(0);
      await hits.close();
    });

    it('an insert through another copy of the driver says so too', async () => {
      const client = new (anotherCopy().MongoClient)(`${url}&retryWrites=false`);
      const hits = await open(client, { ...count, database: own.name });
      proxy.cutAnswerTo('update');
      const error = await hits.bulkInsert(new Map([[0, { copied: [1] }]])).catch((reason: unknown) => reason);
      if (!(error instanceof BulkInsertError)) throw error;
      expect([...error.unknown.keys()]).toEqual([0]);
      expect(await read('copied')).toBe(1);
      await client.close();
    });

    it('a transaction is committed once all the same', async () => {
      const hits = await open(url, { ...count, database: own.name, atomicEvents: true });
      proxy.cutAnswerTo('commitTransaction');
      await hits.insert('committed', 1, at);
      expect(await read('committed')).toBe(1);
      proxy.cutAnswerTo('update');
      await hits.insert('committed', 1, at);
      expect(await read('committed')).toBe(2);
      await hits.close();
    });
  });

  it('is no longer primary, a write is sent again and applied once', async () => {
    const hits = await openCount();
    await failNext('update', {
      errorCode: 10107,
      errorLabels: ['RetryableWriteError', 'NoWritesPerformed'],
    });
    await hits.insert('stepping', 1, at);
    expect(await read('stepping')).toBe(1);
  });

  it('steps down while events are written, every event is stored once or reported', async () => {
    const hits = await openCount();
    const ledger = new Map<number, 'acknowledged' | 'failed' | 'unknown'>();
    let event = 0;
    let steppedDown: unknown;
    const write = async () => {
      for (let each = event++; each < 40 || steppedDown === undefined; each = event++) {
        const error = await hits.insert('election', 1, { timestamp: 60 * each }).catch(String);
        if (typeof error !== 'string') ledger.set(each, 'acknowledged');
        else ledger.set(each, error.includes('unknown') ? 'unknown' : 'failed');
      }
    };
    const stepDown = async () => {
      steppedDown = await own.client.db('admin').command({ replSetStepDown: 2, force: true });
    };
    await Promise.all([write(), write(), stepDown()]);
    expect(steppedDown).toMatchObject({ ok: 1 });
    const found = await (await open(own.db, count)).series('election', 'minute', { start: 0, steps: event });
    for (const [each, fate] of ledger) {
      const expected = { acknowledged: [1], failed: [0], unknown: [0, 1] }[fate];
      expect({ each, fate, expected }).toMatchObject({
        expected: expect.arrayContaining([found.get(60 * each)]),
      });
    }
    expect([...ledger.values()]).toContain('acknowledged');
  }, 120_000);

  it('turns a write away, nothing is stored and the error says so', async () => {
    const hits = await openCount();
    await failNext('update', { errorCode: 13 });
    await expect(hits.insert('rejected', 1, at)).rejects.toThrow(/was not stored.*failed/);
    await failNext('update', { errorCode: 13 });
    const error = await hits.bulkInsert(new Map([[0, { rejected: [1] }]])).catch((reason: unknown) => reason);
    if (!(error instanceof BulkInsertError)) throw error;
    expect([...error.failed.keys()]).toEqual([0]);
    expect(error.unknown.size).toBe(0);
    expect(await hits.bulkInsert(error.failed as BulkInserts<number>)).toEqual({ stored: 2, expired: 0 });
    expect(await read('rejected')).toBe(1);
  });

  it('wrote, but could not reach enough members, the fate is unknown', async () => {
    const hits = await openCount();
    await failNext('update', {
      writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
    });
    await expect(hits.insert('concern', 1, at)).rejects.toThrow(/unknown/);
  });

  it('wrote a part of it, but could not reach enough members, only that part is unknown', async () => {
    const hits = await openCount();
    const refusing = { collMod: 'kairos_count', validator: { $nor: [{ name: 'refused' }] } };
    await own.db.command(refusing);
    await failNext('update', {
      writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
    });
    const error = await hits
      .bulkInsert(new Map([[0, { written: [1], refused: [1] }]]))
      .catch((reason: unknown) => reason);
    await own.db.command({ ...refusing, validator: {} });
    if (!(error instanceof BulkInsertError)) throw error;
    expect(error.failed).toEqual(new Map([[0, { refused: [1] }]]));
    expect(error.unknown).toEqual(new Map([[0, { written: [1] }]]));
  });

  it('turned the second half of an append away, a series that is deleted then begins anew', async () => {
    const series = { type: 'series', intervals: { minute: { step: 60 } } } as const;
    const [one, other] = [await open(own.db, series), await open(own.db, series)];
    for (const value of ['a', 'b', 'c']) await one.insert('halves', value.padEnd(30_000), at);
    await own.client.db('admin').command({
      configureFailPoint: 'failCommand',
      mode: { skip: 1 },
      data: { failCommands: ['update'], errorCode: 13 },
    });
    await expect(one.insert('halves', 'd', at)).rejects.toThrow(/was not stored/);
    await own.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    await other.delete('halves');
    await one.insert('halves', 'first', at);
    await other.insert('halves', 'second', at);
    expect((await one.get('halves', 'minute', at)).get(0)).toEqual(['first', 'second']);
  });

  it('is gone, a bulk insert of transactions waits for it once', async () => {
    const hits = await open(url(2000), { ...count, atomicEvents: true });
    await server.kill();
    await expect(hits.insert('first', 1, at)).rejects.toThrow(StorageError);
    const names = Array.from({ length: 6000 }, (_, index) => `name ${index}`);
    const started = Date.now();
    const bulk = hits.bulkInsert(new Map([[0, new Map(names.map((name) => [name, [1]]))]]));
    await expect(bulk).rejects.toMatchObject({ unknown: new Map() });
    // There are six transactions. Each would look for the server for two seconds.
    expect(Date.now() - started).toBeLessThan(7000);
    await server.start();
  }, 120_000);

  it('lost the cursor of a long read, nothing is returned', async () => {
    const values = await open(url(20_000), { type: 'series', intervals });
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let index = 0; index < 20; index++) await values.insert('long', megabyte, at);
    await failNext('getMore', { errorCode: 43 });
    await expect(values.get('long', 'minute', at)).rejects.toThrow(StorageError);
    const found = await values.get('long', 'minute', at);
    expect(found.get(0)).toHaveLength(20);
  }, 60_000);

  it('refuses TTL indexes, opening says what to do, and manual expiry opens', async () => {
    const expiring = { type: 'gauge', intervals: { minute: { step: 60, steps: 5 } } } as const;
    const forever = { ...expiring, intervals: { hour: { step: 3600 } } } as const;
    await (await open(url(20_000), forever)).close();
    await failNext('createIndexes', { errorCode: 67 });
    const opening = open(url(20_000), expiring);
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(/"expiry": "manual"/);
    await failNext('createIndexes', { errorCode: 10107 });
    await expect(open(url(20_000), expiring)).rejects.toThrow(StorageError);
    const manual = await open(url(20_000), { ...expiring, expiry: 'manual' });
    await manual.insert('home', 1);
    await manual.expire();
  });

  it('answers a client that is held to its stable API alone, opening does without buildInfo', async () => {
    await failNext('buildInfo', { errorCode: 323 });
    await (await openCount()).insert('strict', 1, at);
  });

  it('is gone before a write is sent, the write has failed for sure', async () => {
    const hits = await openCount(500);
    await server.kill();
    // Until the client notices, it may send on a connection that nobody reads from.
    const started = Date.now();
    for (;;) {
      const message = await hits.insert('early', 1, at).catch(String);
      if (String(message).includes('was not stored')) break;
      expect(Date.now() - started).toBeLessThan(60_000);
    }
    const error = await hits.bulkInsert(new Map([[0, { gone: [1] }]])).catch((reason: unknown) => reason);
    if (!(error instanceof BulkInsertError)) throw error;
    expect(error.unknown.size).toBe(0);
    await server.start();
    await hits.bulkInsert(error.failed as BulkInserts<number>);
    expect(await read('gone')).toBe(1);
    expect(await read('early')).toBe(0);
  }, 120_000);
});

describeWithServer('a standalone server', () => {
  const server = new PrivateServer('standalone');

  beforeAll(() => server.start(), 120_000);
  afterAll(() => server.stop());

  it('keeps all types, and has no transactions', async () => {
    const client = new MongoClient(server.url);
    for (const type of ['series', 'histogram', 'count', 'gauge', 'set'] as const) {
      const opened = await open(client, { type, intervals });
      await opened.insert('home', 1, at);
      expect(await opened.list()).toEqual(['home']);
    }
    const atomic = open(client, { ...count, atomicEvents: true });
    await expect(atomic).rejects.toThrow(/"atomicEvents".*standalone/);
    await expect(atomic).rejects.toThrow(ConfigurationError);
    await client.close();
  });
});
