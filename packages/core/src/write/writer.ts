import type { BucketWrite, WriteFailure } from '../adapter.js';
import { KairosError, StorageError } from '../errors.js';
import { agreeOnRecord } from '../schema/record.js';
import { callStore } from '../store/call-store.js';
import type { Store } from '../store/store.js';
import { Combiner } from './combiner.js';
import type { WriteCall } from './write-call.js';

export interface WriterParts {
  readonly store: Store;
  /** Whether calls in flight at the same time go out together. */
  readonly combine: boolean;
}

/** How one call is written. */
export interface WriteOptions {
  readonly combine: boolean;
  /** The backend's own insert options. A call that has any goes out by itself. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** Passes the writes of planned calls to the adapter, combined with those of other calls if allowed. */
export class Writer {
  readonly #store: Store;
  readonly #combine: boolean;
  readonly #combiner: Combiner;
  #isRecorded = true;
  #recording: Promise<void> | undefined;

  constructor({ store, combine }: WriterParts) {
    const { schema, adapter } = store;
    this.#store = store;
    this.#combine = combine;
    this.#combiner = new Combiner({
      dataType: schema.dataType,
      capabilities: adapter.capabilities,
      send: (doing, writes, calls) => this.#send(doing, writes, calls, {}),
      probe: () => adapter.readRecord(),
    });
  }

  /** Resolves when every bucket of the call is acknowledged; rejects with the call's own error. */
  write(call: WriteCall, { combine, own }: WriteOptions): Promise<void> {
    if (this.#combine && combine && isEmpty(own)) return this.#combiner.write(call);
    return this.#store.call(call.doing, () => this.#writeAlone(call, own));
  }

  async #writeAlone(call: WriteCall, own: Readonly<Record<string, unknown>>): Promise<void> {
    const failures = await this.#send(call.doing, call.writes, 1, own);
    if (failures.length > 0) throw call.errorOf(failures);
  }

  /** Resolves when all combined calls so far have settled. */
  combined(): Promise<void> {
    return this.#combiner.ended();
  }

  /** Notes that the record of the intervals is gone, so that the next write records them again. */
  forgetRecord(): void {
    this.#isRecorded = false;
    this.#recording = undefined;
  }

  async #send(
    doing: string,
    writes: readonly BucketWrite[],
    calls: number,
    own: Readonly<Record<string, unknown>>,
  ): Promise<readonly WriteFailure[]> {
    if (!this.#isRecorded) await callStore(doing, () => this.#ensureRecord(), 'failed');
    try {
      return [...(await this.#store.write(writes, own, calls))];
    } catch (error) {
      // The adapter refused the call before it sent anything.
      if (error instanceof KairosError && !(error instanceof StorageError)) throw error;
      return writes.map((write) => ({ write, fate: 'unknown' as const, error }));
    }
  }

  async #ensureRecord(): Promise<void> {
    this.#recording ??= agreeOnRecord(this.#store.adapter, this.#store.schema, false);
    const recording = this.#recording;
    try {
      await recording;
      // Unless the record was deleted meanwhile.
      if (this.#recording === recording) this.#isRecorded = true;
    } finally {
      if (this.#recording === recording) this.#recording = undefined;
    }
  }
}

function isEmpty(own: Readonly<Record<string, unknown>>): boolean {
  for (const option in own) if (own[option] !== undefined) return false;
  return true;
}
