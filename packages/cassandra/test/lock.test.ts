import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '@kairos/core';
import { types } from 'cassandra-driver';
import { Lock } from '../src/erase/lock.js';
import type { LockTimes } from '../src/erase/turn.js';
import { createTable, layoutOf } from '../src/layout.js';
import { countRows } from '../src/rows/counters.js';
import { Conditions } from '../src/session/conditions.js';
import { Session } from '../src/session/session.js';
import { connectTo } from './support/cluster.js';
import { inKeyspace, value } from './support/keyspace.js';

const T = 1_700_000_040;
const MINUTES = { minute: { step: 60 } } as const;

inKeyspace('The lock of a timeseries', (store) => {
  const { kairos, keyspace, fresh } = store;

  /** Creates locks as several processes would have them, with short times. */
  const locksOf = async (tableName: string, times: Partial<LockTimes> = {}) => {
    const layout = layoutOf(keyspace, tableName, 'count', countRows);
    await store.client.execute(createTable(layout.records));
    const { localQuorum } = types.consistencies;
    const short = { hold: 2000, margin: 500, turn: 300, pause: 300, patience: 10_000, ...times };
    return () => {
      const session = new Session(store.client, localQuorum, localQuorum);
      return new Lock(new Conditions(session), layout, short);
    };
  };

  it('is taken once for many deletions of counters that wait for it in a process', async () => {
    const own = connectTo(store.points);
    await own.connect();
    const hits = await kairos.timeseries(own, { ...fresh(), type: 'count', intervals: MINUTES });
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
    await hits.bulkInsert(new Map([[T, Object.fromEntries(names.map((name) => [name, [1]]))]]));
    let conditional = 0;
    const execute = own.execute.bind(own);
    Object.assign(own, {
      execute: (query: string, params: unknown[], options: object) => {
        if (query.includes('IF holder')) conditional++;
        return execute(query, params, options);
      },
    });
    await Promise.all(names.map((name) => hits.delete(name)));
    expect(await hits.list()).toEqual([]);
    // All deletions of a turn share the lock. A slow machine may need several turns.
    expect(conditional).toBeLessThan(40);
    await own.shutdown();
  });

  it('lets other processes have their turn while work keeps waiting in this one', async () => {
    const process = await locksOf('turns');
    const [busy, other] = [process(), process()];
    const done: string[] = [];
    await Promise.all([
      ...Array.from({ length: 30 }, () => busy.alone(() => sleep(50).then(() => void done.push('busy')))),
      sleep(100).then(() => other.alone(async () => void done.push('other'))),
    ]);
    expect(done.indexOf('other')).toBeGreaterThan(0);
    expect(done.indexOf('other')).toBeLessThan(30);
  });

  it('is held for as long as work goes on, by one process at a time', async () => {
    const process = await locksOf('long');
    const [first, second] = [process(), process()];
    const steps: string[] = [];
    await Promise.all([
      first.alone(async (hold) => {
        steps.push('begun');
        await sleep(4000);
        hold.check();
        steps.push('ended');
      }),
      sleep(200).then(() => second.alone(async () => void steps.push('second'))),
    ]);
    expect(steps).toEqual(['begun', 'ended', 'second']);
  });

  it('is known to be lost where it was not renewed', async () => {
    const lock = (await locksOf('lost'))();
    await lock.alone(async (hold) => {
      hold.check();
      await store.client.execute(`DELETE FROM "${keyspace}".kairos_records WHERE series = ? IF EXISTS`, [
        'lost_count holder',
      ]);
      await sleep(1000);
      expect(() => hold.check()).toThrow(StorageError);
    });
    await lock.alone(async (hold) => hold.check());
  });

  it('is not taken for held by a process that was stopped for a while', async () => {
    const lock = (await locksOf('stopped'))();
    await lock.alone(async (hold) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1600);
      expect(() => hold.check()).toThrow('could not be renewed in time');
    });
  });

  it('is given up by all who wait for it in a process together', async () => {
    const process = await locksOf('patience', { patience: 500 });
    const [holder, waiting] = [process(), process()];
    await holder.alone(async () => {
      const began = performance.now();
      const waits = await Promise.allSettled(Array.from({ length: 10 }, () => waiting.alone(() => sleep(0))));
      expect(waits.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
      expect(performance.now() - began).toBeLessThan(3000);
    });
    await waiting.alone(() => sleep(0));
  });

  it('is let go while counters of many names expire, for the deletions of other processes', async () => {
    const own = connectTo(store.points);
    await own.connect();
    const minutes = { minute: { step: 60, steps: 5 } } as const;
    const options = { ...fresh(), type: 'count', intervals: minutes } as const;
    const hits = await kairos.timeseries(own, options);
    const other = await kairos.timeseries(store.client, options);
    const now = Math.floor(Date.now() / 1000);
    const names = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`n${index}`, [1]]));
    await hits.bulkInsert(new Map([[now, names]]));
    // A slow directory: each 200 names take more than a second to expire.
    const execute = own.execute.bind(own);
    Object.assign(own, {
      execute: async (query: string, params: unknown[], given: object) => {
        if (query.includes('kairos_windows')) await sleep(100);
        return execute(query, params, given);
      },
    });
    const events: string[] = [];
    await Promise.all([
      hits.expire().then(() => events.push('expired')),
      sleep(500).then(() => other.delete('n7').then(() => events.push('deleted'))),
    ]);
    expect(events).toEqual(['deleted', 'expired']);
    await own.shutdown();
  }, 60_000);

  it('ends a deletion of counters that may have lost it, and what is left can be deleted again', async () => {
    const own = connectTo(store.points);
    await own.connect();
    const hits = await kairos.timeseries(own, { ...fresh(), type: 'count', intervals: MINUTES });
    const range = { start: T, steps: 250 };
    const inserts = new Map(Array.from({ length: 250 }, (_, minute) => [T + minute * 60, { home: [2] }]));
    await hits.bulkInsert(inserts);
    const sum = async () => (await value(hits.series('home', 'minute', range))).map(Number);
    const clock = jest.spyOn(performance, 'now');
    const batch = own.batch.bind(own);
    Object.assign(own, {
      batch: async (queries: { query: string; params: unknown[] }[], options: object) => {
        const result = await batch(queries, options);
        const now = performance.now();
        if (queries[0]?.query.includes('nonpositive - ?')) clock.mockImplementation(() => now + 100_000);
        return result;
      },
    });
    await expect(hits.delete('home')).rejects.toThrow(StorageError);
    clock.mockRestore();
    const left = await sum();
    expect([left.filter((each) => each === 0).length, left.filter((each) => each === 2).length]).toEqual([
      100, 150,
    ]);
    await hits.delete('home');
    expect(await sum()).toEqual(Array(250).fill(0));
    expect(await hits.list()).toEqual([]);
    await own.shutdown();
  });
});
