import type { BucketWrite, TimeseriesType } from '@kairos/core';
import { copyingRule } from '../../rules/copying.js';
import { MemoryAdapter } from '../memory-adapter.js';
import { type Mutant, mutantsOf } from './mutant.js';

/** Mutants that lose copied data, or keep data that a repeated copy has to delete. */
export const copyingMutants: readonly Mutant[] = mutantsOf(copyingRule, {
  'deletes nothing': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    override async delete(): Promise<void> {}
  },
  'replaces the data of a bucket': class<T extends TimeseriesType> extends MemoryAdapter<T> {
    protected override apply(write: BucketWrite<T>): void {
      this.namespace.names.get(write.name)?.get(write.interval)?.delete(write.bucket);
      super.apply(write);
    }
  },
});
