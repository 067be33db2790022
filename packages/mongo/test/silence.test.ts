import { FaultyProxy, type ProxyFault } from '@kairos/adapter-tests';
import { BulkInsertError, StorageError } from '@kairos/core';
import { MongoClient } from 'mongodb';
import { freshDatabase, kairos } from './support/database.js';
import { PrivateServer } from './support/private-server.js';
import { describeWithServer, serverUrl } from './support/server-url.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600 } } as const;
const count = { type: 'count', intervals } as const;
const at = { timestamp: 0 };

/** Short timeouts for the driver: heartbeat, connection and selection together take two seconds. */
const clientConfig = { heartbeatFrequencyMS: 500, connectTimeoutMS: 500, serverSelectionTimeoutMS: 1000 };
const WAIT = 2_000;
/** The maximum that Kairos adds to the driver's times, plus a margin for slow machines. */
const MORE = 5_000 + 5_000;

async function timed<R>(work: Promise<R>) {
  const began = performance.now();
  const outcome = await work.then(
    (result) => ({ result, error: undefined }),
    (error: unknown) => ({ result: undefined, error }),
  );
  return { ...outcome, milliseconds: performance.now() - began };
}

describeWithServer('a server that', () => {
  const own = freshDatabase();
  const password = 'pa55word';
  let proxy: FaultyProxy;
  let url: string;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    const { hostname: host, port } = new URL(serverUrl());
    proxy = await FaultyProxy.before({ host, port: Number(port) });
    url = `mongodb://127.0.0.1:${proxy.port}/${own.name}?directConnection=true`;
  });
  afterEach(async () => {
    proxy.fault = 'pass';
    for (const timeseries of opened.splice(0)) await timeseries.close();
  });
  afterAll(async () => {
    await proxy.close();
    await own.drop();
  });

  const open = async (
    options: {
      readonly clientConfig?: typeof clientConfig | Record<string, never>;
      readonly atomicEvents?: boolean;
    } = {},
  ) => {
    const hits = await kairos.timeseries(url, { clientConfig, ...options, ...count });
    opened.push(hits);
    return hits;
  };
  const stored = async (name: string) => {
    const hits = await kairos.timeseries(own.db, count);
    return (await hits.get(name, 'minute', at)).get(0);
  };
  /** Applies a fault to new connections, and to open ones if it affects those. */
  const fail = (fault: ProxyFault) => {
    proxy.fault = fault;
    if (fault === 'refuse' || fault === 'silent') proxy.cut();
  };

  it.each(['refuse', 'silent', 'frozen'] as const)(
    'does no better than %s is not opened, and the error says where it is',
    async (fault) => {
      fail(fault);
      const guarded = url.replace('//', `//someone:${password}@`);
      const { error, milliseconds } = await timed(kairos.timeseries(guarded, { ...count, clientConfig }));
      expect(error).toBeInstanceOf(StorageError);
      expect(String(error)).toContain(`127.0.0.1:${proxy.port}`);
      expect(String(error)).not.toContain(password);
      expect(milliseconds).toBeLessThan(WAIT + MORE);
    },
  );

  it.each(['refuse', 'silent', 'frozen', 'vanish'] as const)(
    'begins to do no better than %s while it is being opened lets that settle',
    async (fault) => {
      for (const delay of [5, 20, 60]) {
        const opening = timed(kairos.timeseries(url, { ...count, clientConfig }));
        await new Promise((resolve) => setTimeout(resolve, delay));
        fail(fault);
        const { result, error, milliseconds } = await opening;
        expect(milliseconds).toBeLessThan(3 * (WAIT + MORE));
        if (result !== undefined) opened.push(result);
        else expect(error).toBeInstanceOf(StorageError);
        proxy.fault = 'pass';
      }
    },
    120_000,
  );

  it.each([
    ['refuse', false],
    ['silent', false],
    ['frozen', false],
    ['vanish', false],
    ['refuse', true],
    ['frozen', true],
    ['vanish', true],
  ] as const)(
    'does no better than %s lets every call settle (transactions: %s)',
    async (fault, atomicEvents) => {
      const hits = await open({ atomicEvents });
      const name = `${fault} ${atomicEvents}`;
      await hits.insert(name, 1, at);
      fail(fault);
      const insert = timed(hits.bulkInsert(new Map([[0, { [name]: [10] }]])));
      const calls = await Promise.all([
        insert,
        timed(hits.insert(`${name} alone`, 1, at)),
        timed(hits.get(name, 'minute', at)),
        timed(hits.series(name, 'minute', { start: 0, steps: 1000 })),
        timed(hits.list()),
        timed(hits.properties(name)),
        timed(hits.delete(`${name} deleted`)),
      ]);
      for (const { error, milliseconds } of calls) {
        if (error !== undefined && !(error instanceof BulkInsertError))
          expect(error).toBeInstanceOf(StorageError);
        expect(milliseconds).toBeLessThan(WAIT + MORE);
      }
      proxy.fault = 'pass';
      const { error } = await insert;
      const expected =
        error === undefined
          ? [11]
          : error instanceof BulkInsertError && error.unknown.size > 0
            ? [1, 11]
            : [1];
      expect(expected).toContain(await stored(name));
      if (fault === 'refuse') {
        expect(String(error)).toContain(`127.0.0.1:${proxy.port}`);
        expect(error).toMatchObject({ unknown: new Map() });
      }
    },
    60_000,
  );

  it('is frozen by the defaults lets every call settle within 50 seconds, on a client of the user too', async () => {
    const client = new MongoClient(url, { connectTimeoutMS: 10_000, serverSelectionTimeoutMS: 15_000 });
    const byUrl = await open({ clientConfig: {} });
    const byClient = await kairos.timeseries(client, { ...count, database: own.name });
    fail('frozen');
    const calls = [byUrl, byClient].flatMap((hits) => [
      timed(hits.insert('defaults', 1, at)),
      timed(hits.get('defaults', 'minute', at)),
      timed(hits.list()),
      timed(hits.delete('other')),
      timed(hits.deleteAll()),
    ]);
    for (const { error, milliseconds } of await Promise.all(calls)) {
      expect(error).toBeInstanceOf(StorageError);
      expect(milliseconds).toBeLessThan(50_000);
    }
    proxy.fault = 'pass';
    await client.close();
  }, 90_000);

  it('is frozen is closed within 35 seconds while an insert is under way, which settles with it', async () => {
    const hits = await kairos.timeseries(url, { ...count, clientConfig: { heartbeatFrequencyMS: 100_000 } });
    await hits.insert('closed', 1, at);
    fail('frozen');
    const insert = timed(hits.insert('closed', 1, at));
    const { milliseconds } = await timed(hits.close());
    expect(milliseconds).toBeLessThan(36_000);
    const { error } = await insert;
    expect(String(error)).toContain('unknown');
  }, 60_000);

  it('never comes to a command, though it answers others, is not waited for without end', async () => {
    const hits = await open();
    await hits.insert('stuck', 1, at);
    const stuck = new MongoClient(url, clientConfig);
    // Simulates a driver that never settles: no test can make a server hang for a minute.
    const { Patience } = await import('../src/session/patience.js');
    const patience = Patience.with(stuck);
    jest.useFakeTimers();
    const waits = [
      patience.for(new Promise(() => undefined)),
      patience.forLong(new Promise(() => undefined)),
    ];
    const settled = Promise.allSettled(waits);
    await jest.advanceTimersByTimeAsync(600_000);
    jest.useRealTimers();
    expect((await settled).map((each) => String('reason' in each ? each.reason : each.value))).toEqual([
      expect.stringContaining('within 60 s'),
      expect.stringContaining('within 600 s'),
    ]);
    await stuck.close();
  });
});

describeWithServer('a server that came back as a secondary', () => {
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

  const readOnly = (data: object) =>
    own.client.db('admin').command({
      configureFailPoint: 'failCommand',
      mode: 'alwaysOn',
      data: { failCommands: ['update', 'delete', 'createIndexes', 'insert'], errorCode: 10107, ...data },
    });
  const writable = () => own.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });

  it.each([false, true])(
    'refuses writes, which have failed for sure where it says so, and reads (transactions: %s)',
    async (atomicEvents) => {
      const hits = await kairos.timeseries(own.db, { ...count, atomicEvents });
      await hits.insert('home', 1, at);
      await readOnly({ errorLabels: ['RetryableWriteError', 'NoWritesPerformed'] });
      try {
        const insert = timed(hits.bulkInsert(new Map([[0, { home: [1] }]])));
        const others = [timed(hits.delete('other')), timed(hits.get('home', 'minute', at))];
        const [refused, read] = await Promise.all(others);
        expect(refused?.error).toBeInstanceOf(StorageError);
        expect(read?.error).toBeUndefined();
        const { error, milliseconds } = await insert;
        expect(error).toMatchObject({ failed: new Map([[0, { home: [1] }]]), unknown: new Map() });
        expect(milliseconds).toBeLessThan(60_000);
      } finally {
        await writable();
      }
      await hits.insert('home', 1, at);
      expect((await hits.get('home', 'minute', at)).get(0)).toBe(2);
      await hits.delete('home');
    },
    90_000,
  );
});
