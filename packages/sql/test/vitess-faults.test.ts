import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BulkInsertError, Kairos } from '@kairos/core';
import { sql as backend } from '@kairos/sql';
import { vitessServer } from './support/mysql-servers.js';
import { dropTables, onServer, type Server } from './support/servers.js';

const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60 }, day: { step: 86_400, resolution: 3600 } } as const;
const NAMES = Array.from({ length: 12 }, (_, index) => `name ${index}`);
const WRITERS = 3;

type Fate = 'stored' | 'failed' | 'unknown';

/**
 * The result of each bulk insert for each name. An event of a bulk insert is the only one of its name in its
 * minute.
 */
class Ledger {
  readonly #events = new Map<string, Map<number, Fate>>(NAMES.map((name) => [name, new Map()]));

  enter(timestamp: number, name: string, fate: Fate): void {
    this.#events.get(name)?.set(timestamp, fate);
  }

  /** Returns the differences between the data and the ledger. */
  compare(name: string, found: ReadonlyMap<number, number>): readonly string[] {
    const wrong: string[] = [];
    for (const [timestamp, fate] of this.#events.get(name) ?? []) {
      const count = found.get(timestamp) ?? 0;
      const right = fate === 'unknown' ? count === 0 || count === 1 : count === (fate === 'stored' ? 1 : 0);
      if (!right) wrong.push(`${name} at ${timestamp} is ${fate}, and found ${count} times`);
    }
    return wrong;
  }

  count(fate: Fate): number {
    return [...this.#events.values()]
      .flatMap((events) => [...events.values()])
      .filter((each) => each === fate).length;
  }
}

function faultTests(server: Server): void {
  const { VITESS_FOLDER: front = '', VITESS_MYSQL_FOLDER: mysql = '' } = process.env;
  const namespaces: string[] = [];
  afterAll(() => dropTables(server, namespaces));

  it('bulk inserts over all shards are told exactly while the front and the MySQL behind it are killed', async () => {
    const tableName = `vitess_faults_${process.pid}`;
    namespaces.push(tableName);
    const options = { type: 'count', tableName, intervals } as const;
    const ledger = new Ledger();
    let minute = 0;
    let running = true;
    const opened = await Promise.all(
      Array.from({ length: WRITERS }, () => kairos.timeseries(server.url, options)),
    );
    const [hits] = opened;
    if (hits === undefined) throw new Error('Nothing was opened');
    const write = async (own: (typeof opened)[number]) => {
      while (running) {
        const times = Array.from({ length: 4 }, () => 60 * minute++);
        const bulk = new Map(
          times.map((time) => [time, Object.fromEntries(NAMES.map((name) => [name, [1]]))]),
        );
        const error = await own.bulkInsert(bulk).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined && !(error instanceof BulkInsertError)) throw error;
        const fates = [
          ['failed', error?.failed],
          ['unknown', error?.unknown],
        ] as const;
        for (const time of times) {
          for (const name of NAMES) {
            const [fate = 'stored'] = fates.find(([, events]) => has(events, time, name)) ?? [];
            ledger.enter(time, name, fate);
          }
        }
        if (error !== undefined) await sleep(100);
      }
    };
    const writing = Promise.all(opened.map(write));
    for (const folder of [front, mysql, front, mysql]) {
      await sleep(2500);
      await control('kill', folder);
      await sleep(500);
      await control('start', folder);
      // Vitess checks only now and then whether a MySQL is back.
      await untilServed(hits);
    }
    await sleep(2000);
    running = false;
    await writing;
    const wrong: string[] = [];
    for (const name of NAMES) {
      const range = { start: 0, end: 60 * minute };
      const found = await hits.series(name, 'minute', range);
      wrong.push(...ledger.compare(name, found));
      const total = [...found.values()].reduce((sum, count) => sum + count, 0);
      const days = await hits.series(name, 'day', { ...range, collapse: true });
      const [byDay] = days.values();
      if (byDay !== total) wrong.push(`${name} has ${total} by the minute and ${byDay} by the day`);
    }
    const told = {
      stored: ledger.count('stored'),
      failed: ledger.count('failed'),
      unknown: ledger.count('unknown'),
    };
    console.log(`Events: ${JSON.stringify(told)}`);
    expect(wrong).toEqual([]);
    expect(told.stored).toBeGreaterThan(1000);
    await hits.deleteAll();
    await Promise.all(opened.map((each) => each.close()));
  }, 300_000);
}

async function untilServed(hits: { list(): Promise<string[]> }): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; ) {
    const listed = await hits.list().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
    });
    if (listed !== undefined) return;
    await sleep(250);
  }
}

function has(events: BulkInsertError['failed'] | undefined, time: number, name: string): boolean {
  const named = events?.get(time);
  if (named === undefined) return false;
  return named instanceof Map ? named.has(name) : Object.hasOwn(named, name);
}

async function control(action: string, folder: string): Promise<void> {
  const script = join(__dirname, '../../../scripts/lib/daemon.mjs');
  await promisify(execFile)(process.execPath, [script, action, folder]);
}

onServer(vitessServer, faultTests);
