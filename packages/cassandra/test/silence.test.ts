import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyProxy, type ProxyFault } from '@kairos/adapter-tests';
import { BulkInsertError, StorageError } from '@kairos/core';
import type { Client } from 'cassandra-driver';
import { connectTo } from './support/cluster.js';
import { inKeyspace } from './support/keyspace.js';

const T = 1_700_000_040;
const at = { timestamp: T };
const intervals = { minute: { step: 60 }, hour: { step: 3600 } } as const;

/** Short timeouts for the driver. */
const clientConfig = { socketOptions: { readTimeout: 2000, connectTimeout: 1000 } };
/** Two missing answers, one to prepare a statement and one to execute it, plus a margin for slow machines. */
const LIMIT = 2 * 2000 + 5000;

async function timed<R>(work: Promise<R>) {
  const began = performance.now();
  const outcome = await work.then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  return { ...outcome, milliseconds: performance.now() - began };
}

inKeyspace('A node that', (store) => {
  const { kairos, keyspace, fresh } = store;
  let proxy: FaultyProxy;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    const [host = '', port] = store.points.split(':');
    proxy = await FaultyProxy.before({ host, port: Number(port) });
  });
  afterEach(async () => {
    proxy.fault = 'pass';
    for (const timeseries of opened.splice(0)) await timeseries.close();
  });
  afterAll(() => proxy.close());

  const url = (user = '') => `cassandra://${user}127.0.0.1:${proxy.port}/${keyspace}`;
  const open = async <T extends 'count' | 'series'>(type: T, source: string | Client = url()) => {
    const { tableName } = fresh();
    const through = typeof source === 'string' ? { clientConfig } : { keyspace };
    const hits = await kairos.timeseries(source, { type, intervals, tableName, ...through });
    opened.push(hits);
    const stored = async (name: string) => {
      const direct = await kairos.timeseries(store.client, { type, intervals, tableName, keyspace });
      const [data] = (await direct.get(name, 'minute', at)).values();
      return Array.isArray(data) ? data.length : data;
    };
    return { hits, stored };
  };
  /** Applies a fault to new connections, and to open ones if it affects those. */
  const fail = (fault: ProxyFault) => {
    proxy.fault = fault;
    if (fault === 'refuse' || fault === 'silent') proxy.cut();
  };

  it('comes back after it was gone leaves no connection open once the timeseries is closed', async () => {
    const { hits } = await open('count');
    const { hits: second } = await open('series');
    const insert = () => Promise.allSettled([hits.insert('home', 1, at), second.insert('home', 1, at)]);
    fail('refuse');
    for (const begun = Date.now(); Date.now() - begun < 3000; await sleep(100)) await insert();
    proxy.fault = 'pass';
    for (const begun = Date.now(); ; await sleep(100)) {
      const refusal = (await insert()).find((outcome) => outcome.status === 'rejected');
      if (refusal === undefined) break;
      if (Date.now() - begun > 30_000) throw refusal.reason;
    }
    // Connections that the driver has lost track of still open after a while.
    await sleep(5000);
    expect(proxy.connections).toBeGreaterThan(0);
    for (const timeseries of opened.splice(0)) await timeseries.close();
    await sleep(1500);
    expect(proxy.connections).toBe(0);
  }, 60_000);

  it.each(['refuse', 'silent', 'frozen'] as const)(
    'does no better than %s is not opened, and the error says where it is',
    async (fault) => {
      fail(fault);
      const options = { type: 'count', intervals, clientConfig } as const;
      const { error, milliseconds } = await timed(kairos.timeseries(url('someone:pa55word@'), options));
      expect(error).toBeInstanceOf(StorageError);
      expect(String(error)).toContain(`127.0.0.1:${proxy.port}`);
      expect(String(error)).not.toContain('pa55word');
      expect(milliseconds).toBeLessThan(LIMIT);
    },
  );

  it('does not listen is not opened, and the error says where it should be', async () => {
    const gone = await FaultyProxy.before({ host: '127.0.0.1', port: 1 });
    const { port } = gone;
    await gone.close();
    const refused = kairos.timeseries(`cassandra://127.0.0.1:${port}/${keyspace}`, {
      type: 'count',
      intervals,
    });
    await expect(refused).rejects.toThrow(`127.0.0.1:${port}`);
  });

  it.each(['refuse', 'silent', 'frozen', 'vanish'] as const)(
    'begins to do no better than %s while it is being opened lets that settle',
    async (fault) => {
      for (const delay of [40, 150]) {
        const opening = timed(open('count'));
        await new Promise((resolve) => setTimeout(resolve, delay));
        fail(fault);
        const { result, error, milliseconds } = await opening;
        expect(milliseconds).toBeLessThan(60_000);
        if (result === undefined) expect(error).toBeInstanceOf(StorageError);
        proxy.fault = 'pass';
      }
    },
    240_000,
  );

  it.each(
    (['count', 'series'] as const).flatMap((type) =>
      (['refuse', 'silent', 'frozen', 'vanish'] as const).map((fault) => [fault, type] as const),
    ),
  )('does no better than %s lets every call of a %s settle', async (fault, type) => {
    const { hits, stored } = await open(type);
    await hits.insert('home', 1, at);
    await hits.list();
    fail(fault);
    const bulk = timed(hits.bulkInsert(new Map([[T, { home: [1], [`${fault}`]: [1] }]])));
    const calls = await Promise.all([
      bulk,
      timed(hits.insert('new', 1, at)),
      timed(hits.get('home', 'minute', at)),
      timed(hits.series('home', 'minute', { start: T - 600, steps: 100 })),
      timed(hits.list()),
      timed(hits.properties('home')),
      timed(hits.delete('other')),
    ]);
    for (const { error, milliseconds } of calls) {
      if (error !== undefined && !(error instanceof BulkInsertError))
        expect(error).toBeInstanceOf(StorageError);
      expect(milliseconds).toBeLessThan(LIMIT + 4000);
    }
    proxy.fault = 'pass';
    const { error } = await bulk;
    const unknown = error instanceof BulkInsertError && 'home' in Object(error.unknown.get(T));
    const expected = error === undefined ? [2] : unknown ? [1, 2] : [1];
    expect(expected).toContain(await stored('home'));
    if (fault === 'refuse' || fault === 'silent') expect(String(error)).toContain(`127.0.0.1:${proxy.port}`);
  });

  it('is silent gets no more of a bulk insert, the rest of which has failed', async () => {
    const { hits, stored } = await open('series');
    await hits.insert('long', 0, at);
    fail('frozen');
    const names = Array.from({ length: 1000 }, (_, index) => `n${index}`);
    const inserts = new Map([[T, Object.fromEntries(names.map((name) => [name, Array(200).fill(1)]))]]);
    const { error, milliseconds } = await timed(hits.bulkInsert(inserts));
    proxy.fault = 'pass';
    expect(milliseconds).toBeLessThan(LIMIT + 4000);
    if (!(error instanceof BulkInsertError)) throw error;
    const failed = Object.keys(Object(error.failed.get(T)));
    expect(failed.length).toBeGreaterThan(500);
    expect(await stored(failed.at(-1) ?? '')).toBe(0);
  }, 60_000);

  it.each([false, true])(
    'is frozen lets calls settle on a client that is told to wait without end (prepared: %s)',
    async (prepared) => {
      const own = connectTo(`127.0.0.1:${proxy.port}`, { socketOptions: { readTimeout: 0 } });
      await own.connect();
      const { hits } = await open('count', own);
      if (prepared) {
        await hits.insert('home', 1, at);
        await hits.get('home', 'minute', at);
      }
      fail('frozen');
      const calls = [timed(hits.insert('home', 1, at)), timed(hits.get('home', 'minute', at))];
      for (const { error, milliseconds } of await Promise.all(calls)) {
        expect(error).toBeInstanceOf(StorageError);
        expect(milliseconds).toBeLessThan(prepared ? 30_000 : 65_000);
      }
      proxy.fault = 'pass';
      proxy.cut();
      await own.shutdown();
    },
    120_000,
  );

  it('is frozen is closed by the defaults within 35 seconds while an insert is under way', async () => {
    const { tableName } = fresh();
    const hits = await kairos.timeseries(url(), { type: 'count', intervals, tableName });
    await hits.insert('home', 1, at);
    fail('frozen');
    const insert = timed(hits.insert('home', 1, at));
    const { milliseconds } = await timed(hits.close());
    expect(milliseconds).toBeLessThan(36_000);
    expect(String((await insert).error)).toContain('unknown');
  }, 60_000);
});
