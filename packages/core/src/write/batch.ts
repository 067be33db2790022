import type { BucketWrite, Capabilities, Loss, WriteFailure } from '../adapter.js';
import type { DataType, TimeseriesType } from '../types/data-type.js';
import { MergedWrites } from './merged-writes.js';
import { type Size, sizeOf } from './size.js';
import type { WriteCall } from './write-call.js';

/** Limits of one write. A larger call goes out alone. */
const MOST_CALLS = 10_000;
const MOST_BUCKETS = 50_000;
const MOST_BYTES = 8 * 2 ** 20;

/** Sends the writes of a number of calls. Resolves to those not acknowledged; rejects if nothing was sent. */
export type Send = (
  doing: string,
  writes: readonly BucketWrite[],
  calls: number,
) => Promise<readonly WriteFailure[]>;

/** A call that someone is waiting for. */
export interface Waiting {
  readonly call: WriteCall;
  /** The writes to send: all of the call's, or those that were refused together with others. */
  readonly writes: readonly BucketWrite[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A call of which some or all writes were refused. */
export interface Refused extends Waiting {
  /** Rejects the call for this reason. */
  tell(): void;
}

export interface BatchParts {
  readonly dataType: DataType<TimeseriesType>;
  readonly capabilities: Capabilities;
}

/** The calls of one write. */
export class Batch {
  readonly #parts: BatchParts;
  readonly #waiting: Waiting[] = [];
  #ofName: Map<string, Size> | undefined;
  #merged: MergedWrites | undefined;
  #buckets = 0;
  #bytes = 0;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Adds the call if there is room, and returns whether there was. There always is for the first. */
  add(waiting: Waiting): boolean {
    const [first] = this.#waiting;
    if (first !== undefined && !this.#join(waiting.writes, first.writes)) return false;
    this.#waiting.push(waiting);
    return true;
  }

  /** Adds the writes of a call to the earlier ones. The first call is measured only when a second one comes. */
  #join(writes: readonly BucketWrite[], first: readonly BucketWrite[]): boolean {
    if (this.#merged === undefined) {
      this.#merged = new MergedWrites(this.#parts.dataType);
      this.#merged.add(first);
      this.#count(first, sizeOf(first));
    }
    const size = sizeOf(writes);
    if (this.size === MOST_CALLS || this.#buckets + writes.length > MOST_BUCKETS) return false;
    if (this.#bytes + size.bytes > MOST_BYTES || !this.#staysWhole(writes, size)) return false;
    if (!this.#merged.add(writes)) return false;
    this.#count(writes, size);
    return true;
  }

  /** Sends the calls, settles those whose fate is known, and returns those that may be sent again. */
  async send(send: Send): Promise<Refused[]> {
    const [first] = this.#waiting;
    const merged = this.#merged;
    const writes = merged?.all() ?? first?.writes ?? [];
    let failures: readonly WriteFailure[];
    try {
      failures = await send(
        merged === undefined ? (first?.call.doing ?? '') : `${this.size} inserts`,
        writes,
        this.size,
      );
    } catch (error) {
      return this.#waiting.map((waiting) => ({ ...waiting, tell: () => waiting.reject(error) }));
    }
    if (failures.length === 0) {
      for (const { resolve } of this.#waiting) resolve();
      return [];
    }
    const losses = new Map<BucketWrite, Loss>(failures.map((failure) => [failure.write, failure]));
    const lossOf = (write: BucketWrite) => losses.get(merged?.of(write) ?? write);
    return this.#waiting.flatMap((waiting) => settle(waiting, lossOf) ?? []);
  }

  /** Whether the writes of each name can still be applied whole. */
  #staysWhole(writes: readonly BucketWrite[], { values, bytes }: Size): boolean {
    const most = this.#parts.capabilities.atomicSize;
    if (most === undefined) return true;
    return [...namesOf(writes)].every((name) => {
      const before = this.#ofName?.get(name);
      return (
        before === undefined || (before.values + values <= most.values && before.bytes + bytes <= most.bytes)
      );
    });
  }

  #count(writes: readonly BucketWrite[], { values, bytes }: Size): void {
    this.#buckets += writes.length;
    this.#bytes += bytes;
    if (this.#parts.capabilities.atomicSize === undefined) return;
    this.#ofName ??= new Map();
    for (const name of namesOf(writes)) {
      const before = this.#ofName.get(name) ?? { values: 0, bytes: 0 };
      this.#ofName.set(name, { values: before.values + values, bytes: before.bytes + bytes });
    }
  }
}

/** The names in some writes, each once. */
export function namesOf(writes: readonly BucketWrite[]): Set<string> {
  return new Set(writes.map(({ name }) => name));
}

/** Settles a call, unless it was refused and may be sent again. */
function settle(waiting: Waiting, lossOf: (write: BucketWrite) => Loss | undefined): Refused | undefined {
  const { call, writes, resolve, reject } = waiting;
  const failures: WriteFailure[] = [];
  for (const write of writes) {
    const loss = lossOf(write);
    if (loss !== undefined) failures.push({ ...loss, write });
  }
  const tell = () => reject(call.errorOf(failures));
  if (failures.length === 0) resolve();
  else if (failures.some(({ fate, general }) => fate === 'unknown' || general === true)) tell();
  else return { ...waiting, writes: failures.map(({ write }) => write), tell };
  return undefined;
}
