import type { StorageAdapter } from '../adapter.js';
import { StorageError } from '../errors.js';
import type { Schema } from '../schema/schema.js';
import { callStore } from './call-store.js';
import { CallsUnderWay } from './calls-under-way.js';

/** `close` cuts off the calls that have not ended after so long: their server is gone perhaps. */
const CLOSE_MILLISECONDS = 30_000;

/** The store of one open timeseries, from its opening to its `close`: all calls of its adapter go through here. */
export class Store {
  readonly schema: Schema;
  readonly adapter: StorageAdapter;
  readonly #calls = new CallsUnderWay();
  #closing: Promise<void> | undefined;

  constructor(schema: Schema, adapter: StorageAdapter) {
    this.schema = schema;
    this.adapter = adapter;
  }

  /** Calls the store: what it throws comes out as a `StorageError`, and `close` waits for it. */
  async call<R>(doing: string, work: () => Promise<R>): Promise<R> {
    this.refuseClosed();
    return this.#calls.count(() => callStore(doing, work));
  }

  refuseClosed(): void {
    if (this.#closing !== undefined) throw new StorageError('The timeseries is closed');
  }

  /** Closes the store once its calls have ended, and the writes that somebody else counts. */
  close(writesEnded: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(writesEnded);
    return this.#closing;
  }

  async #close(writesEnded: () => Promise<void>): Promise<void> {
    await atMost(CLOSE_MILLISECONDS, Promise.all([this.#calls.ended(), writesEnded()]));
    await callStore('close', () => this.adapter.close());
  }
}

/** Waits for some work, but for no longer than so many milliseconds. */
async function atMost(limit: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
