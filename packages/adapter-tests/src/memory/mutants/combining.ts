import type { BucketWrite, StoredData, TimeseriesType, WriteFailure } from '@kairos/core';
import { combiningRule } from '../../rules/combining.js';
import { failureOf, MemoryAdapter } from '../memory-adapter.js';
import { type Mutant, mutantsOf } from './mutant.js';

/** Mutants that are right as long as a write is of one event. */
export const combiningMutants: readonly Mutant[] = mutantsOf(combiningRule, {
  'stores the first 50 values of a bucket alone': class<T extends TimeseriesType> extends MemoryAdapter<T> {
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
  'stores the first 3 names of a write alone': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override writeNow(writes: readonly BucketWrite<T>[]): readonly WriteFailure<T>[] {
      const names = [...new Set(writes.map(({ name }) => name))].slice(0, 3);
      return super.writeNow(writes.filter(({ name }) => names.includes(name)));
    }
  },
  'stores what it tells as failed because of another': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    protected override writeNow(writes: readonly BucketWrite<T>[]): readonly WriteFailure<T>[] {
      const failures = super.writeNow(writes);
      return failures.length === 0 ? failures : writes.map(failureOf);
    }
  },
  'tells the failure of a write of the one before it': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    protected override writeNow(writes: readonly BucketWrite<T>[]): readonly WriteFailure<T>[] {
      return super.writeNow(writes).map((failure) => {
        const before = writes[writes.indexOf(failure.write) - 1];
        return before === undefined ? failure : failureOf(before);
      });
    }
  },
  'tells as failed what a lost connection may have stored': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
    override async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
      return super.write(writes).catch(() => writes.map(failureOf));
    }
  },
  'sends again what a lost connection may have stored': class<
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
  'forgets its record with deleteAll, and takes no other': class<
    T extends TimeseriesType,
  > extends MemoryAdapter<T> {
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
