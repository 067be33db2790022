import type { BucketWrite, StoredData, TimeseriesType, WriteFailure } from '@kairos/core';
import { combiningRule } from '../../rules/combining.js';
import { failureOf, MemoryAdapter } from '../memory-adapter.js';
import { type Mutant, mutantsOf } from './mutant.js';

/** Mutants that work as long as every write holds a single event. */
export const combiningMutants: readonly Mutant[] = mutantsOf(combiningRule, {
  'stores only the first 50 values of a bucket': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      if (Array.isArray(write.data)) write.data.splice(50);
      super.apply(write);
    }
  },
  'sorts the values of a write': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      if (Array.isArray(write.data)) write.data.sort();
      super.apply(write);
    }
  },
  'stores only the first 3 names of a write': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override writeNow(writes: readonly BucketWrite<T>[]): readonly WriteFailure<T>[] {
      const names = [...new Set(writes.map(({ name }) => name))].slice(0, 3);
      return super.writeNow(writes.filter(({ name }) => names.includes(name)));
    }
  },
  'reports all writes as failed after storing all but one': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    protected override writeNow(writes: readonly BucketWrite<T>[]): readonly WriteFailure<T>[] {
      const failures = super.writeNow(writes);
      return failures.length === 0 ? failures : writes.map(failureOf);
    }
  },
  'reports a failed write as the one before it': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override writeNow(writes: readonly BucketWrite<T>[]): readonly WriteFailure<T>[] {
      return super.writeNow(writes).map((failure) => {
        const before = writes[writes.indexOf(failure.write) - 1];
        return before === undefined ? failure : failureOf(before);
      });
    }
  },
  'reports writes as failed that a lost connection may have stored': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      return super.write(writes).catch(() => writes.map(failureOf));
    }
  },
  'resends writes that a lost connection may have stored': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      return super.write(writes).catch(() => super.write(writes));
    }
  },
  'writes one value at a time': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      const failures: WriteFailure<T>[] = [];
      for (const write of writes) {
        const values: readonly StoredData[] = Array.isArray(write.data) ? write.data.map((one) => [one]) : [];
        for (const _ of values) this.store.roundTrips++;
        if (typeof write.data === 'number') this.store.roundTrips += write.data;
        failures.push(...(await super.write([write])));
      }
      return failures;
    }
  },
  'writes no record again after deleteAll': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    private deleted = false;

    override async deleteAll(): Promise<void> {
      await super.deleteAll();
      this.deleted = true;
    }

    override async writeRecord(text: string, expected: string | null): Promise<boolean> {
      return this.deleted || super.writeRecord(text, expected);
    }
  },
});
