import {
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  type CustomFunction,
  describeValue,
  InvalidValueError,
  type OpenRequest,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import { failureOf, MemoryAdapter } from './memory-adapter.js';
import type { MemoryNamespace } from './memory-store.js';

const endsOf = new WeakMap<MemoryNamespace, Map<string, number>>();

/**
 * A store that can do as little as an adapter may declare: values of one type, whole counts, no NUL, no atomic events,
 * native expiry. It proves the parts of the suite that test refusals.
 */
export class FrugalAdapter<T extends TimeseriesType = TimeseriesType> extends MemoryAdapter<T> {
  override readonly capabilities: Capabilities = {
    expiry: 'native',
    atomicEvents: false,
    fractionalCounts: false,
    nul: false,
    shared: false,
  };
  protected readonly valueType: unknown;
  /** When each bucket ends, in Unix seconds of the machine's clock. */
  protected readonly ends: Map<string, number>;

  constructor(request: OpenRequest<T>) {
    super(request);
    this.valueType = request.options.valueType ?? 'float';
    this.ends = endsOf.get(this.namespace) ?? new Map<string, number>();
    endsOf.set(this.namespace, this.ends);
  }

  override encode(value: unknown): StoredValue {
    if (this.type === 'count') return wholeAmount(value);
    const stored = storeScalar(value);
    const expected = this.valueType === 'text' ? 'string' : 'number';
    if (typeof stored !== expected) {
      throw new InvalidValueError(`The value is ${describeValue(value)}; expected a ${expected}`);
    }
    if (typeof stored === 'string' && stored.includes('\0')) {
      throw new InvalidValueError('The value holds NUL, which this store cannot hold');
    }
    return stored;
  }

  override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    this.store.roundTrips++;
    const failures: WriteFailure<T>[] = [];
    for (const write of writes) {
      if (this.refuses(write)) failures.push(failureOf(write));
      else this.apply(write);
    }
    return failures;
  }

  protected override apply(write: BucketWrite<T>): void {
    super.apply(write);
    if (write.expiresAt !== null)
      this.ends.set(endKey(write.name, write.interval, write.bucket), write.expiresAt);
  }

  override async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    const rows = await super.read(query, fetch);
    const now = Date.now() / 1000;
    return [...rows].filter(({ name, bucket }) => {
      const end = this.ends.get(endKey(name, query.interval, bucket));
      return end === undefined || end > now;
    });
  }
}

function endKey(name: string, interval: string, bucket: number): string {
  return JSON.stringify([name, interval, bucket]);
}

function wholeAmount(value: unknown): number {
  const amount = storeAmount(value);
  if (Number.isSafeInteger(amount)) return amount;
  throw new InvalidValueError(`The amount is ${describeValue(value)}; expected a whole number`);
}
