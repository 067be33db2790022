import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase, kairos } from './support/database.js';
import { PrivateServer } from './support/private-server.js';
import { describeWithServer } from './support/server-url.js';

type Entry = readonly [type: 'histogram' | 'series', name: string, value: string];

interface Ledger {
  readonly acknowledged: readonly Entry[];
  readonly failed: readonly Entry[];
  readonly unknown: readonly Entry[];
}

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

/** Waits until a child sends a message or ends. */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A worker ended with ${code}`);
  });
  ended.catch(() => undefined);
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

describeWithServer('a server that is killed while four processes write', () => {
  const server = new PrivateServer();
  const workers: ChildProcess[] = [];

  beforeAll(() => server.start(), 120_000);
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.stop();
  });

  it('holds every event that was acknowledged, none that failed, and none twice', async () => {
    const { client, db, name: database } = freshDatabase(server.url);
    const url = new URL(server.url);
    url.pathname = database;
    // A server's memory of retryable writes must survive a kill. MongoDB's does; that of its stand-in does
    // not.
    url.searchParams.set('retryWrites', 'false');
    url.searchParams.set('serverSelectionTimeoutMS', '2000');
    for (let worker = 0; worker < 4; worker++) {
      workers.push(fork(join(__dirname, 'ledger-worker.mjs'), [url.href, String(worker)], { execArgv: [] }));
    }
    await Promise.all(workers.map(messageOf));
    for (let kill = 0; kill < 3; kill++) {
      await sleep(2500);
      await server.kill();
      await sleep(500);
      await server.start();
    }
    await sleep(2500);
    const replies = Promise.all(workers.map(messageOf));
    for (const worker of workers) worker.send('stop');
    // The worker program sends messages of this shape.
    const ledgers = (await replies) as readonly Ledger[];

    const stored = { histogram: new Map<string, number>(), series: new Map<string, number>() };
    const places = { histogram: new Map<string, number>(), series: new Map<string, number>() };
    for (const type of ['histogram', 'series'] as const) {
      const opened = await kairos.timeseries(db, { type, intervals });
      for (const name of await opened.list()) {
        for (const interval of ['minute', 'hour'] as const) {
          const read = await opened.series(name, interval, { start: 0, end: 3599, collapse: true });
          for (const data of read.values()) {
            const values = data instanceof Map ? [...data] : data.map((value) => [value, 1] as const);
            for (const [value, times] of values) {
              const key = `${name} ${value}`;
              stored[type].set(key, (stored[type].get(key) ?? 0) + times);
              places[type].set(key, (places[type].get(key) ?? 0) + 1);
            }
          }
        }
      }
    }
    const totals = { acknowledged: 0, failed: 0, unknown: 0 };
    const timesOf = ([type, name, value]: Entry) => stored[type].get(`${name} ${value}`) ?? 0;
    for (const { acknowledged, failed, unknown } of ledgers) {
      // Each event is in two intervals.
      expect(acknowledged.filter((entry) => timesOf(entry) !== 2)).toEqual([]);
      expect(failed.filter((entry) => timesOf(entry) !== 0)).toEqual([]);
      expect(unknown.filter((entry) => timesOf(entry) > 2)).toEqual([]);
      totals.acknowledged += acknowledged.length;
      totals.failed += failed.length;
      totals.unknown += unknown.length;
      for (const [type, name, value] of [...acknowledged, ...unknown])
        stored[type].delete(`${name} ${value}`);
    }
    expect(stored.histogram.size + stored.series.size).toBe(0);
    expect(totals.acknowledged).toBeGreaterThan(100);
    expect(totals.unknown + totals.failed).toBeGreaterThan(0);
    console.log(totals);
    await client.close();
  }, 180_000);
});
