import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Backend,
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  CONTRACT_VERSION,
  type CustomFunction,
  isMap,
  isSet,
  type OpenRequest,
  type Retention,
  type StorageAdapter,
  type StoredData,
  type StoredValue,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import { MemoryAdapter } from './memory-adapter.js';
import { type MemoryNamespace, MemoryStore } from './memory-store.js';

/** A folder with a file for each timeseries. Any number of processes may use it. */
export class FileStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }
}

/** `locked` is correct. The tests with several processes must catch the others. */
export type Locking = 'locked' | 'writes unlocked' | 'record unlocked' | 'keeps the process alive';

/**
 * The memory adapter over files, under a lock: a store that processes share. It proves the tests with several processes
 * without a server. It is slow.
 */
export class FileAdapter<T extends TimeseriesType = TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #request: OpenRequest<T>;
  readonly #path: string;
  readonly #locking: Locking;

  constructor(request: OpenRequest<T>, { folder }: FileStore, locking: Locking) {
    this.#request = request;
    this.#locking = locking;
    const { namespace, memory } = this.#memory();
    this.capabilities = { ...memory.capabilities, shared: true };
    this.#path = join(folder, `${encodeURIComponent(JSON.stringify([namespace, request.type]))}.json`);
    if (locking === 'keeps the process alive') setInterval(() => undefined, 1000);
  }

  encode(value: unknown): StoredValue {
    return this.#memory().memory.encode(value);
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return this.#change((memory) => memory.write(writes), this.#locking !== 'writes unlocked');
  }

  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    return this.#change((memory) => memory.read(query, fetch));
  }

  list(retention: Retention): Promise<Iterable<string>> {
    return this.#change((memory) => memory.list(retention));
  }

  bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    return this.#change((memory) => memory.bounds(names, retention));
  }

  delete(name: string): Promise<void> {
    return this.#change((memory) => memory.delete(name));
  }

  deleteAll(): Promise<void> {
    return this.#change((memory) => memory.deleteAll());
  }

  expire(name: string | undefined, retention: Retention): Promise<void> {
    return this.#change((memory) => memory.expire(name, retention));
  }

  readRecord(): Promise<string | null> {
    return this.#change((memory) => memory.readRecord());
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#change((memory) => memory.writeRecord(text, expected), this.#locking !== 'record unlocked');
  }

  async close(): Promise<void> {}

  #memory() {
    const store = new MemoryStore();
    const memory = new MemoryAdapter<T>({ ...this.#request, source: { handle: store } });
    const { namespace } = this.#request.options;
    return { memory, namespace, contents: store.namespace(String(namespace ?? ''), this.#request.type) };
  }

  /** Loads the file, lets the memory adapter work on it, and writes it back. */
  async #change<R>(work: (memory: MemoryAdapter<T>) => Promise<R>, locked = true): Promise<R> {
    const lock = `${this.#path}.lock`;
    while (locked && !tryLock(lock)) await sleep(Math.random() * 3);
    try {
      const { memory, contents } = this.#memory();
      load(this.#path, contents);
      const result = await work(memory);
      if (!locked) await sleep(1);
      const temporary = `${this.#path}.${process.pid}.${Math.random()}`;
      writeFileSync(temporary, JSON.stringify(contents, encodeCollections));
      renameSync(temporary, this.#path);
      return result;
    } finally {
      if (locked) rmdirSync(lock);
    }
  }
}

/** Creates a folder as a lock. Creation is atomic, so at most one process succeeds. */
function tryLock(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function load(path: string, contents: MemoryNamespace): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return;
  }
  const loaded: { readonly names: MemoryNamespace['names']; readonly record: string | null } = JSON.parse(
    text,
    decodeCollections,
  );
  contents.record = loaded.record;
  for (const [name, intervals] of loaded.names) contents.names.set(name, intervals);
}

type Encoded = { readonly map: readonly [unknown, StoredData][] } | { readonly set: readonly unknown[] };

function encodeCollections(_key: string, value: unknown): unknown {
  if (isMap(value)) return { map: [...value] };
  return isSet(value) ? { set: [...value] } : value;
}

function decodeCollections(_key: string, value: unknown): unknown {
  if (!isEncoded(value)) return value;
  return 'map' in value ? new Map(value.map) : new Set(value.set);
}

function isEncoded(value: unknown): value is Encoded {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && ('map' in value || 'set' in value)
  );
}

export function fileBackend(locking: Locking): Backend {
  return {
    name: 'file',
    contract: CONTRACT_VERSION,
    schemes: [],
    options: ['namespace'],
    insertOptions: [],
    accepts: (handle) => handle instanceof FileStore,
    open: async (request) => {
      const { source } = request;
      if ('handle' in source && source.handle instanceof FileStore) {
        return new FileAdapter(request, source.handle, locking);
      }
      throw new Error('The source is not a FileStore');
    },
  };
}
