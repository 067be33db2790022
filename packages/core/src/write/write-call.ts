import type { BucketWrite, WriteFailure } from '../adapter.js';
import { StorageError } from '../errors.js';
import { messageOf } from '../storage-call.js';
import { describeValue } from '../types/value.js';
import { bulkError } from './bulk-error.js';
import type { BulkInsert } from './inserts.js';
import type { BulkPlan } from './plan.js';

/** One call of `insert` or `bulkInsert`, planned: what it writes, and what its caller is told where that fails. */
export interface WriteCall {
  /** What it is called in errors, `"insert of "home""` for instance. */
  readonly doing: string;
  /** Not empty; each bucket once. */
  readonly writes: readonly BucketWrite[];
  /** The error of a call of which some writes were not acknowledged. */
  errorOf(failures: readonly WriteFailure[]): unknown;
}

export function insertCall(name: string, writes: readonly BucketWrite[]): WriteCall {
  return {
    get doing() {
      return `insert of ${describeValue(name)}`;
    },
    writes,
    errorOf: (failures) => {
      const unknown = failures.some(({ fate }) => fate === 'unknown') || failures.length < writes.length;
      const lost = failures.map(({ write, fate }) => `${write.interval} ${write.bucket} (${fate})`);
      const cause = failures[0]?.error;
      return new StorageError(
        `The insert of ${describeValue(name)} ${unknown ? 'may be stored in part' : 'was not stored'}: ${lost.slice(0, 10).join(', ')}: ${messageOf(cause)}`,
        { cause, fate: unknown ? 'unknown' : 'failed' },
      );
    },
  };
}

export function bulkInsertCall(inserts: readonly BulkInsert[], plan: BulkPlan): WriteCall {
  return {
    doing: 'bulk insert',
    writes: plan.writes,
    errorOf: (failures) => bulkError(plan.failuresOf(inserts, failures), inserts.length, failures[0]?.error),
  };
}
