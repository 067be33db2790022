import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conformance, type FailingTarget } from '@kairos/adapter-tests';
import { open, type RootDatabase } from 'lmdb';
import { type Key, lmdb } from '../src/index.js';
import { DATABASE, partOf } from '../src/layout.js';

const test = { describe, it, beforeAll, afterAll };
const folder = join(tmpdir(), `kairos-lmdb-${process.pid}`);
const file = join(folder, 'suite.mdb');

mkdirSync(folder);
// Tells the processes that the suite starts where the store is.
process.env.KAIROS_LMDB = `lmdb:${file}`;
afterAll(() => rmSync(folder, { recursive: true }));

const shared = {
  backend: lmdb,
  options: (namespace: string) => ({ namespace }),
  process: { module: join(__dirname, 'store.mjs'), export: 'file' },
  failing,
};

/** Stores something else in a bucket, so that adding to it fails. */
async function failing({ namespace, type, name, interval, bucket, resolution }: FailingTarget) {
  const root = open(file, {});
  const db = root.openDB<unknown, Key>({ name: DATABASE });
  const key = [partOf(namespace), type, partOf(name), partOf(interval), bucket, resolution];
  await db.put(key, 'neither a number nor an array');
  return async () => {
    await db.remove(key);
    await root.close();
  };
}

conformance({ name: 'LMDB by a URL', test, factory: { ...shared, source: () => `lmdb:${file}` } });

let root: RootDatabase | undefined;

conformance({
  name: 'LMDB by a handle',
  test,
  factory: {
    ...shared,
    source: () => {
      root = open(file, { maxReaders: 1024 });
      return root;
    },
    close: async () => root?.close(),
  },
});
