import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, Kairos, StorageError } from '@kairos/core';
import { open, type RootDatabase } from 'lmdb';
import { type Db, type LmdbFetch, lmdb, placeOf } from '../src/index.js';
import { DATABASE } from '../src/layout.js';

const kairos = new Kairos([lmdb]);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60, steps: 2 } } as const;
const T = 1_700_000_000;
const MINUTE = T - (T % 60);

let folder: string;
let file: string;
let root: RootDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-lmdb-'));
  file = join(folder, 'test.mdb');
  root = open(file, {});
});

afterEach(async () => {
  await root.close();
  rmSync(folder, { recursive: true });
});

describe('The source', () => {
  it('may be a database that the program has opened, beside whatever else it keeps in it', async () => {
    await root.put('mine', 1);
    const count = await kairos.timeseries(root, { type: 'count', intervals });
    await count.insert('home', 1, { timestamp: T });
    await count.deleteAll();
    await count.close();
    expect(root.get('mine')).toBe(1);
  });

  it('is looked at by its methods', () => {
    expect(lmdb.accepts(root)).toBe(true);
    expect(lmdb.accepts(new Map())).toBe(false);
    expect(lmdb.accepts({ openDB: true, childTransaction: true, getKeys: true, resetReadTxn: true })).toBe(
      false,
    );
  });

  it.each(['lmdb:', 'lmdb:a\0b'])('must have a path: %j', async (url) => {
    await expect(kairos.timeseries(url, { type: 'count', intervals })).rejects.toThrow(ConfigurationError);
  });

  it('may come with options for the driver', async () => {
    const clientConfig = { readOnly: true };
    const opening = kairos.timeseries(`lmdb:${file}`, { type: 'count', intervals, clientConfig });
    await expect(opening).rejects.toThrow(StorageError);
  });
});

describe('The layout', () => {
  it('forgets a name too long for a key when its last bucket is expired or deleted', async () => {
    let now = T;
    const { hour } = intervals;
    const options = { type: 'count', intervals: { hour }, clock: () => now } as const;
    const count = await kairos.timeseries(root, options);
    for (const name of ['a'.repeat(10_240), 'b'.repeat(10_240)]) await count.insert(name, 1);
    expect(await count.list()).toEqual(['a'.repeat(10_240), 'b'.repeat(10_240)]);
    await count.delete('a'.repeat(10_240));
    now += 3 * 3600;
    await count.expire();
    const db = root.openDB<unknown, string[]>({ name: DATABASE });
    expect([...db.getKeys()]).toEqual([['=kairos', 'count']]);
  });

  it('puts a bucket under a key that can be read', async () => {
    const set = await kairos.timeseries(root, { type: 'set', intervals, namespace: 'site' });
    await set.insert('home', ['x', 1], { timestamp: T });
    const db: Db = root.openDB({ name: DATABASE });
    expect(db.get(['=site', 'set', '=home', '=minute', MINUTE / 60, 0])).toEqual(['x', 1]);
  });
});

describe('A customized fetch', () => {
  const sizes: LmdbFetch = (db, range) => {
    const found = new Map<number, Map<number, number>>();
    for (const { key, value } of db.getRange(range)) {
      const { bucket, resolution } = placeOf(key);
      found.set(bucket, new Map([[resolution, Array.isArray(value) ? value.length : 0]]));
    }
    return found;
  };

  it('reads the buckets of each name in place of the adapter', async () => {
    const set = await kairos.timeseries(root, { type: 'set', intervals });
    await set.insert('home', ['x', 'y'], { timestamp: T });
    await set.insert('home', ['z'], { timestamp: T + 60 });
    await set.insert('homes', ['w'], { timestamp: T });
    const read = await set.series('home', 'minute', {
      start: T,
      end: T + 60,
      fetch: sizes,
      processRow: (size) => size,
    });
    expect([...read]).toEqual([
      [MINUTE, 2],
      [MINUTE + 60, 1],
    ]);
  });
});

describe('A write', () => {
  it('that would overwrite what is no data of its type fails, and names what it found', async () => {
    const count = await kairos.timeseries(root, { type: 'count', intervals });
    const db: Db = root.openDB({ name: DATABASE });
    await db.put(['=kairos', 'count', '=home', '=minute', MINUTE / 60, 0], 'text');
    await expect(count.insert('home', 1, { timestamp: T })).rejects.toThrow('What is stored is no count');
  });
});
