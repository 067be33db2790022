import type { BucketWrite, WriteFailure } from '../adapter.js';
import { type BulkInsertError, StorageError } from '../errors.js';
import { messageOf } from '../store/call-store.js';
import { describeValue } from '../values/value.js';
import { bulkError } from './bulk-error.js';
import type { BulkInsert } from './inserts.js';
import type { BulkPlan } from './plan.js';

/** A planned call of `insert` or `bulkInsert`: its writes, and the error that its caller gets if they fail. */
export interface WriteCall {
  /** Describes the call in errors, such as `insert of "home"`. */
  readonly doing: string;
  /** Not empty; each bucket once. */
  readonly writes: readonly BucketWrite[];
  /** The error for writes that were not acknowledged. */
  errorOf(failures: readonly WriteFailure[]): unknown;
}

export class InsertCall implements WriteCall {
  readonly name: string;
  readonly writes: readonly BucketWrite[];

  constructor(name: string, writes: readonly BucketWrite[]) {
    this.name = name;
    this.writes = writes;
  }

  get doing(): string {
    return `insert of ${describeValue(this.name)}`;
  }

  errorOf(failures: readonly WriteFailure[]): StorageError {
    const unknown = failures.some(({ fate }) => fate === 'unknown') || failures.length < this.writes.length;
    const lost = failures.map(({ write, fate }) => `${write.interval} ${write.bucket} (${fate})`);
    const cause = failures[0]?.error;
    return new StorageError(
      `The ${this.doing} ${unknown ? 'may be stored in part' : 'was not stored'}: ${lost.slice(0, 10).join(', ')}: ${messageOf(cause)}`,
      { cause, fate: unknown ? 'unknown' : 'failed' },
    );
  }
}

export class BulkInsertCall implements WriteCall {
  readonly doing = 'bulk insert';
  readonly inserts: readonly BulkInsert[];
  readonly plan: BulkPlan;

  constructor(inserts: readonly BulkInsert[], plan: BulkPlan) {
    this.inserts = inserts;
    this.plan = plan;
  }

  get writes(): readonly BucketWrite[] {
    return this.plan.writes;
  }

  errorOf(failures: readonly WriteFailure[]): BulkInsertError {
    const cause = failures[0]?.error;
    return bulkError(this.plan.failuresOf(this.inserts, failures), this.inserts.length, cause);
  }
}
