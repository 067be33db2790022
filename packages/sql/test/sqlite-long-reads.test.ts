import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import Database from 'better-sqlite3';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const options = { type: 'gauge', intervals } as const;
const minutes = 500;
const range = { start: 0, end: (minutes - 1) * 60 };
const folder = mkdtempSync(join(tmpdir(), 'kairos-long-reads-'));
const file = join(folder, 'load.db');

beforeAll(async () => {
  const load = await new Kairos([sql]).timeseries(`sqlite:${file}`, options);
  const values = Array.from({ length: minutes }, (_, at) => [at * 60, { one: [at], two: [-at] }] as const);
  await load.bulkInsert(new Map(values));
  await load.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened() {
  const database = new Database(file);
  return { database, load: await new Kairos([sql]).timeseries(database, options) };
}

async function read({ load }: Awaited<ReturnType<typeof opened>>) {
  const byName = await load.seriesByName(['one', 'two'], 'minute', range);
  return [...byName.values()].map((series) => [...series.values()]);
}

const whole = [0, 1].map((name) => Array.from({ length: minutes }, (_, at) => (name === 0 ? at : 0 - at)));

describe('a long read of SQLite', () => {
  it('is answered while the user of its handle goes through rows', async () => {
    const one = await opened();
    const rows = one.database.prepare('select value from kairos_gauge').iterate();
    rows.next();
    expect(await read(one)).toEqual(whole);
    rows.return?.();
    one.database.close();
  });

  it("shows what the user's transaction wrote before", async () => {
    const one = await opened();
    one.database.exec("begin; update kairos_gauge set value = 7 where name = 'two'");
    expect(await read(one)).toEqual([whole[0], Array(minutes).fill(7)]);
    one.database.exec('rollback');
    expect(await read(one)).toEqual(whole);
    one.database.close();
  });

  it('has the resolutions of its buckets', async () => {
    const one = await opened();
    const resolved = await one.load.series('one', 'hour', { start: 0, end: 70 * 3600 });
    expect(resolved.get(3600)).toEqual(
      new Map(Array.from({ length: 60 }, (_, at) => [3600 + at * 60, 60 + at])),
    );
    one.database.close();
  });

  it('is of one state of the data while another thread writes', async () => {
    const one = await opened();
    one.database.exec('update kairos_gauge set value = 0');
    const writer = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
      const database = new (require('better-sqlite3'))(workerData);
      const add = database.prepare('update kairos_gauge set value = value + 1');
      let going = true;
      parentPort.once('message', () => { going = false; });
      const step = () => { add.run(); if (going) setImmediate(step); else parentPort.close(); };
      step();
      parentPort.postMessage('writing');`,
      { eval: true, workerData: file },
    );
    await once(writer, 'message');
    const seen = new Set<number>();
    for (let round = 0; round < 300; round++) {
      const found = new Set((await read(one)).flat());
      expect(found.size).toBe(1);
      for (const value of found) seen.add(Number(value));
    }
    writer.postMessage('stop');
    await once(writer, 'exit');
    expect(seen.size).toBeGreaterThan(10);
    one.database.close();
  });
});
