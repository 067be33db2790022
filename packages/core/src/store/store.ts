import type { BucketWrite, StorageAdapter, WriteFailure } from '../adapter.js';
import { type Fate, StorageError } from '../errors.js';
import type { Schema } from '../schema/schema.js';
import { namesOf } from '../write/batch.js';
import { callStore } from './call-store.js';
import { CallsUnderWay } from './calls-under-way.js';
import { tracedWrite } from './diagnostics.js';

/** How long `close` waits for calls in progress. After that, the server is probably gone. */
const CLOSE_MILLISECONDS = 30_000;

/** The store of one open timeseries, until its `close`. All calls of the adapter go through here. */
export class Store {
  readonly schema: Schema;
  readonly adapter: StorageAdapter;
  readonly #backend: string;
  readonly #calls = new CallsUnderWay();
  #closing: Promise<void> | undefined;

  constructor(backend: string, schema: Schema, adapter: StorageAdapter) {
    this.#backend = backend;
    this.schema = schema;
    this.adapter = adapter;
  }

  /** Calls the store. Its errors become `StorageError`s, and `close` waits for the call. */
  async call<R>(doing: string, work: () => Promise<R>): Promise<R> {
    this.refuseClosed();
    return this.#calls.count(() => callStore(doing, work));
  }

  /** Writes buckets and publishes the write; `inserts` is the number of calls that they come from, if any. */
  write(
    writes: readonly BucketWrite[],
    own: Readonly<Record<string, unknown>> = {},
    inserts?: number,
  ): Promise<readonly WriteFailure[]> {
    const describe = () => ({
      backend: this.#backend,
      type: this.schema.type,
      names: namesOf(writes).size,
      buckets: writes.length,
      ...(inserts === undefined ? {} : { inserts }),
    });
    return tracedWrite(describe, () => this.adapter.write(writes, own));
  }

  /** `fate`: what becomes of what the call was to store, if anything. */
  refuseClosed(fate?: Fate): void {
    if (this.#closing !== undefined) throw new StorageError('The timeseries is closed', { fate });
  }

  /** Closes the store once its calls, and the writes that `writesEnded` waits for, have settled. */
  close(writesEnded: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(writesEnded);
    return this.#closing;
  }

  async #close(writesEnded: () => Promise<void>): Promise<void> {
    await atMost(CLOSE_MILLISECONDS, Promise.all([this.#calls.ended(), writesEnded()]));
    await callStore('close', () => this.adapter.close());
  }
}

/** Waits for some work, but at most `limit` milliseconds. */
async function atMost(limit: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
