import type { BucketWrite, StorageAdapter, WriteFailure } from '../adapter.js';
import { KairosError, StorageError } from '../errors.js';
import { agreeOnRecord } from '../record.js';
import type { Schema } from '../schema.js';
import { callStore } from '../storage-call.js';
import { Combiner } from './combiner.js';
import type { WriteCall } from './write-call.js';

export interface WriterParts {
  readonly schema: Schema;
  readonly adapter: StorageAdapter;
  /** Whether calls that are under way at once go out together. */
  readonly combine: boolean;
}

/** How one call is written. */
export interface WriteOptions {
  readonly combine: boolean;
  /** The backend's own insert options: a call with any goes out by itself. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** Hands the writes of planned calls to the adapter, together with those of other calls where it may. */
export class Writer {
  readonly #schema: Schema;
  readonly #adapter: StorageAdapter;
  readonly #combine: boolean;
  readonly #combiner: Combiner;
  #record: Promise<void> | undefined = Promise.resolve();

  constructor({ schema, adapter, combine }: WriterParts) {
    this.#schema = schema;
    this.#adapter = adapter;
    this.#combine = combine;
    this.#combiner = new Combiner({
      dataType: schema.dataType,
      capabilities: adapter.capabilities,
      send: (doing, writes) => this.#send(doing, writes, {}),
      probe: () => adapter.readRecord(),
    });
  }

  /** Resolves when every bucket of the call is acknowledged; rejects with the call's own error. */
  async write(call: WriteCall, { combine, own }: WriteOptions): Promise<void> {
    if (call.writes.length === 0) return;
    if (this.#combine && combine && Object.values(own).every((option) => option === undefined)) {
      return this.#combiner.write(call);
    }
    const failures = await this.#send(call.doing, call.writes, own);
    if (failures.length > 0) throw call.errorOf(failures);
  }

  /** Resolves when the combined calls so far have ended, well or not. */
  ended(): Promise<void> {
    return this.#combiner.ended();
  }

  /** The record of the intervals is gone: the next write records them again. */
  forgetRecord(): void {
    this.#record = undefined;
  }

  async #send(
    doing: string,
    writes: readonly BucketWrite[],
    own: Readonly<Record<string, unknown>>,
  ): Promise<readonly WriteFailure[]> {
    await callStore(doing, () => this.#ensureRecord(), 'failed');
    try {
      return [...(await this.#adapter.write(writes, own))];
    } catch (error) {
      // A refusal of the adapter's own: nothing was sent.
      if (error instanceof KairosError && !(error instanceof StorageError)) throw error;
      return writes.map((write) => ({ write, fate: 'unknown' as const, error }));
    }
  }

  async #ensureRecord(): Promise<void> {
    this.#record ??= agreeOnRecord(this.#adapter, this.#schema, false).catch((error: unknown) => {
      this.#record = undefined;
      throw error;
    });
    await this.#record;
  }
}
