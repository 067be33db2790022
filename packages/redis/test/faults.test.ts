import { createServer, type Server, type Socket } from 'node:net';
import { BulkInsertError, Kairos, StorageError } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Redis } from 'ioredis';
import { freePort, OwnServer, until } from './own-server.js';

const kairos = new Kairos([redis]);
const options = { type: 'count', intervals: { day: { step: 'daily' }, year: { step: 'yearly' } } } as const;
const NOW = Math.floor(Date.now() / 1000);

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

suite('opening where nothing answers', () => {
  const refused = (open: Promise<unknown>, message: RegExp) =>
    expect(open).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(message),
    });

  it('a refused connection is told at once, with the driver’s error as its cause', async () => {
    const port = await freePort();
    const error = await kairos
      .timeseries(`redis://:secret@127.0.0.1:${port}`, options)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ message: expect.stringContaining(`127.0.0.1:${port} cannot be reached`) });
    expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(String(error)).not.toContain('secret');
  });

  it('a handle that cannot connect is told too, and stays the user’s', async () => {
    const handle = new Redis(await freePort(), '127.0.0.1', { connectTimeout: 2000 });
    handle.on('error', () => undefined);
    await refused(kairos.timeseries(handle, options), /cannot be reached.*ECONNREFUSED/);
    expect(handle.status).not.toBe('end');
    handle.disconnect();
  });

  it('a server that takes the connection and says nothing is given up after the connect timeout', async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket));
    const port = await freePort();
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    const open = kairos.timeseries(`redis://127.0.0.1:${port}`, {
      ...options,
      clientConfig: { connectTimeout: 300 },
    });
    await refused(open, /not ready within 300 ms/);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('a URL that cannot be read is refused without being shown', async () => {
    const open = kairos.timeseries('redis://user:secret@localhost/not-a-number', options);
    await expect(open).rejects.toMatchObject({
      code: 'KAIROS_CONFIGURATION',
      message: expect.not.stringContaining('secret'),
    });
  });
});

suite('a server with faults', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await OwnServer.start('--appendonly', 'yes', '--appendfsync', 'always');
  });

  afterAll(() => server.end());

  it('a database that it does not have is refused at opening', async () => {
    await expect(kairos.timeseries(`${server.url}/9999`, options)).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringContaining('DB index'),
    });
  });

  it('a handle whose Sentinel could not be reached at first is opened once it can', async () => {
    const sentinel = await OwnServer.sentinel(server);
    const handle = new Redis({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'main' });
    const failed = new Promise((resolve) => handle.on('error', resolve));
    const open = kairos.timeseries(handle, { ...options, prefix: 'sentinel' });
    await failed;
    await sentinel.start();
    const hits = await open;
    await hits.insert('home');
    await hits.deleteAll();
    handle.disconnect();
    await sentinel.end();
  });

  it('a Sentinel that cannot be reached is named', async () => {
    const port = await freePort();
    const handle = new Redis({ sentinels: [{ host: '127.0.0.1', port }], name: 'main', connectTimeout: 300 });
    handle.on('error', () => undefined);
    await expect(kairos.timeseries(handle, options)).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(
        `sentinels at 127.0.0.1:${port} was not ready within 300 ms: All sentinels are unreachable`,
      ),
    });
    handle.disconnect();
  });

  it('closed while it does not answer, the client gives up after the connect timeout', async () => {
    const clientConfig = { connectTimeout: 300, disconnectTimeout: 100 };
    const hits = await kairos.timeseries(server.url, { ...options, prefix: 'silent', clientConfig });
    server.suspend();
    const closed = hits.close().then(() => 'closed');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, 5000, 'late');
    });
    const first = await Promise.race([closed, late]);
    clearTimeout(timer);
    server.resume();
    expect(first).toBe('closed');
  });

  it('closed, the client leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const hits = await kairos.timeseries(server.url, { ...options, prefix: 'timer' });
    await hits.close();
    // Clients of the tests before may set timers of their own for a moment.
    await until('no timer is left', () => timers() <= before, 3);
  });

  it('a handle that was closed is refused at opening', async () => {
    const handle = new Redis(server.port);
    await handle.quit();
    await until('the handle is closed', () => handle.status === 'end');
    await expect(kairos.timeseries(handle, options)).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringContaining('is closed'),
    });
  });

  it('a password that is wrong is refused at opening', async () => {
    const admin = new Redis(server.port);
    await admin.config('SET', 'requirepass', 'right');
    await expect(kairos.timeseries(`redis://:wrong@127.0.0.1:${server.port}`, options)).rejects.toMatchObject(
      {
        code: 'KAIROS_STORAGE',
        message: expect.stringContaining('WRONGPASS'),
      },
    );
    const hits = await kairos.timeseries(`redis://:right@127.0.0.1:${server.port}/3`, options);
    await hits.insert('home');
    await hits.deleteAll();
    await hits.close();
    await admin.config('SET', 'requirepass', '');
    admin.disconnect();
  });

  it.each([
    ['a client that Kairos opened', () => server.url],
    ['a handle with the options of ioredis', () => new Redis(server.port)],
    ['a handle that resends nothing', () => new Redis(server.port, { autoResendUnfulfilledCommands: false })],
    ['a handle that pipelines', () => new Redis(server.port, { enableAutoPipelining: true })],
  ])(
    'killed and started again during writes, through %s, it loses nothing that was acknowledged, counts nothing twice, and every failure is told',
    async (name, source) => {
      const opened = source();
      if (opened instanceof Redis) opened.on('error', () => undefined);
      const hits = await kairos.timeseries(opened, options);
      await hits.delete(name);
      const told = { stored: 0, failed: 0, unknown: 0 };
      let running = true;
      const writer = async () => {
        while (running) {
          try {
            await hits.insert(name, 1, { timestamp: NOW });
            told.stored++;
          } catch (error) {
            expect(error).toBeInstanceOf(StorageError);
            if (/was not stored/.test(String(error))) told.failed++;
            else told.unknown++;
          }
        }
      };
      const writers = Array.from({ length: 32 }, writer);
      for (let kill = 0; kill < 3; kill++) {
        const before = told.stored;
        await until('writes are stored', () => told.stored > before + 500);
        await server.kill();
        await server.start();
      }
      const before = told.stored;
      await until('writes are stored again', () => told.stored > before + 500);
      running = false;
      await Promise.all(writers);
      const [day = 0] = (await hits.get(name, 'day', { timestamp: NOW })).values();
      const [year = 0] = (await hits.get(name, 'year', { timestamp: NOW })).values();
      expect(day).toBe(year);
      expect(day).toBeGreaterThanOrEqual(told.stored);
      expect(day).toBeLessThanOrEqual(told.stored + told.unknown);
      await hits.close();
      if (opened instanceof Redis) opened.disconnect();
    },
    60_000,
  );

  it('killed, it counts nothing later that its client gave up waiting for', async () => {
    const handle = new Redis(server.port, { commandTimeout: 300, retryStrategy: () => 100 });
    handle.on('error', () => undefined);
    const hits = await kairos.timeseries(handle, { ...options, prefix: 'timeout' });
    await hits.insert('home', 1, { timestamp: NOW });
    await server.kill();
    await until('the connection is lost', () => handle.status !== 'ready');
    const bulk = hits.bulkInsert(new Map([[NOW, { home: [1], about: [1] }]]));
    await expect(hits.insert('home', 1, { timestamp: NOW })).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(/was not stored.*timed out/),
    });
    await expect(bulk).rejects.toMatchObject({ unknown: new Map() });
    await server.start();
    await until('the connection is back', () => handle.status === 'ready');
    await hits.insert('home', 1, { timestamp: NOW });
    expect([...(await hits.get('home', 'year', { timestamp: NOW })).values()]).toEqual([2]);
    expect(await hits.list()).toEqual(['home']);
    await hits.deleteAll();
    handle.disconnect();
  });

  it('killed during a bulk insert, it tells what is stored, what is not, and what is not known', async () => {
    const handle = new Redis(server.port);
    handle.on('error', () => undefined);
    const hits = await kairos.timeseries(handle, {
      ...options,
      intervals: { year: { step: 'yearly' } },
      prefix: 'bulk',
    });
    const names = Array.from({ length: 50_000 }, (_, index) => `name ${index}`);
    const inserts = new Map([[NOW, new Map(names.map((name) => [name, [1]]))]]);
    const inserted = hits.bulkInsert(inserts).catch((reason: unknown) => reason);
    const watch = new Redis(server.port);
    watch.on('error', () => undefined);
    await until('some is stored', async () => (await watch.dbsize()) > 5_000);
    await server.kill();
    const error = await inserted;
    await server.start();
    expect(error).toBeInstanceOf(BulkInsertError);
    if (!(error instanceof BulkInsertError)) return;
    const namesOf = (part: BulkInsertError['failed']) =>
      new Set(
        [...part.values()].flatMap((named) =>
          named instanceof Map ? [...named.keys()] : Object.keys(named),
        ),
      );
    const [failed, unknown] = [namesOf(error.failed), namesOf(error.unknown)];
    expect(failed.size).toBeGreaterThan(0);
    const stored = new Set(await hits.list());
    for (const name of names) {
      if (failed.has(name)) expect(stored.has(name)).toBe(false);
      else if (!unknown.has(name)) expect(stored.has(name)).toBe(true);
    }
    await hits.bulkInsert(new Map([[NOW, new Map([...failed].map((name) => [name, [1]]))]]));
    expect((await hits.list()).length).toBeGreaterThanOrEqual(names.length - unknown.size);
    await hits.deleteAll();
    handle.disconnect();
    watch.disconnect();
  }, 60_000);

  it('out of memory, it refuses writes whole, and still reads', async () => {
    const admin = new Redis(server.port);
    const hits = await kairos.timeseries(server.url, { ...options, prefix: 'oom' });
    await hits.insert('home', 1, { timestamp: NOW });
    await admin.config('SET', 'maxmemory', '1mb');
    await expect(hits.insert('home', 1, { timestamp: NOW })).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(/was not stored.*OOM/),
    });
    await expect(hits.bulkInsert(new Map([[NOW, { home: [1], about: [2] }]]))).rejects.toMatchObject({
      failed: new Map([[NOW, { home: [1], about: [2] }]]),
      unknown: new Map(),
    });
    expect([...(await hits.get('home', 'day', { timestamp: NOW })).values()]).toEqual([1]);
    await admin.config('SET', 'maxmemory', '0');
    await hits.insert('home', 1, { timestamp: NOW });
    expect([...(await hits.get('home', 'year', { timestamp: NOW })).values()]).toEqual([2]);
    await hits.deleteAll();
    await hits.close();
    admin.disconnect();
  });

  it('turned into a replica, it refuses writes with READONLY, and still reads', async () => {
    const admin = new Redis(server.port);
    const hits = await kairos.timeseries(server.url, { ...options, prefix: 'replica' });
    await hits.insert('home', 1, { timestamp: NOW });
    await admin.config('SET', 'replica-serve-stale-data', 'yes');
    await admin.replicaof('127.0.0.1', String(await freePort()));
    await expect(hits.insert('home', 1, { timestamp: NOW })).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(/was not stored.*READONLY/),
    });
    expect([...(await hits.get('home', 'day', { timestamp: NOW })).values()]).toEqual([1]);
    expect(await hits.list()).toEqual(['home']);
    expect(Object.keys(await hits.properties('home'))).toEqual(['day', 'year']);
    await admin.call('REPLICAOF', 'NO', 'ONE');
    await hits.insert('home', 1, { timestamp: NOW });
    await hits.deleteAll();
    await hits.close();
    admin.disconnect();
  });

  it('while it loads its data, a client waits, or is told LOADING', async () => {
    // A separate server, because the one of the other tests has a long history to load.
    const loaded = await OwnServer.start('--appendonly', 'yes');
    const admin = new Redis(loaded.port);
    const hits = await kairos.timeseries(loaded.url, { ...options, prefix: 'loading' });
    await hits.insert('home', 1, { timestamp: NOW });
    const pipeline = admin.pipeline();
    for (let index = 0; index < 20_000; index++) pipeline.set(`filler ${index}`, 'x'.repeat(100));
    await pipeline.exec();
    admin.disconnect();
    await loaded.kill();
    // Each key takes this many microseconds to load.
    await loaded.start({
      ready: false,
      settings: ['--key-load-delay', '100', '--loading-process-events-interval-bytes', '1024'],
    });
    const probe = new Redis(loaded.port, { enableReadyCheck: false });
    probe.on('error', () => undefined);
    let loading = false;
    await until('it says LOADING', async () => {
      const reply = await probe.get('filler 1').catch((error: unknown) => String(error));
      loading = String(reply).includes('LOADING');
      return loading;
    });
    const eager = await kairos
      .timeseries(probe, { ...options, prefix: 'loading' })
      .catch((error: unknown) => error);
    expect(eager).toMatchObject({ code: 'KAIROS_STORAGE', message: expect.stringContaining('LOADING') });
    // A client from before the restart waits until the server is ready.
    await hits.insert('home', 1, { timestamp: NOW });
    expect([...(await hits.get('home', 'day', { timestamp: NOW })).values()]).toEqual([2]);
    await hits.close();
    probe.disconnect();
    await loaded.end();
  }, 60_000);
});
