import {
  type BucketWrite,
  InvalidValueError,
  intervalOf,
  type Loss,
  overflows,
  type Schema,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import type { Partitions } from '../partitions.js';
import { ATTEMPTS, pauseAfter } from '../session/persist.js';
import type { Step } from '../session/session.js';
import type { Shards } from '../spread/shards.js';
import { type PlannerParts, WritePlanner } from './planner.js';

export interface WriterParts extends PlannerParts {
  readonly schema: Schema;
  readonly partitions: Partitions;
  /** Set if names are spread over several servers. */
  readonly shards: Shards | null;
  /** Whether Kairos creates missing partitions. */
  readonly creates: boolean;
}

/** Stores bucket writes in as few transactions as partitions and shards allow. */
export class Writer<T extends TimeseriesType> {
  readonly #parts: WriterParts;
  readonly #planner: WritePlanner;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#planner = new WritePlanner(parts);
  }

  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    if (writes.some(({ data }) => overflows(data))) {
      const error = new InvalidValueError(
        'The counts of one bucket add up to more than 1.8e308; expected a sum that a double holds',
      );
      return lost(writes, { fate: 'failed', error });
    }
    const { schema, partitions, shards } = this.#parts;
    if (shards !== null) return this.#follow(writes, shards);
    const startOf = ({ interval, bucket }: BucketWrite) => intervalOf(schema, interval).step.startOf(bucket);
    return this.#writeInTurn(partitions.parted(writes, startOf));
  }

  /** Stores the parts one after the other, each completely or not at all. */
  async #writeInTurn(parts: readonly (readonly BucketWrite<T>[])[]): Promise<readonly WriteFailure<T>[]> {
    for (const [place, part] of parts.entries()) {
      const failures = await this.#writeTogether(part);
      const [first] = failures;
      if (first === undefined) continue;
      const unsent = parts.slice(place + 1).flat();
      return [...failures, ...lost(unsent, { fate: 'failed', error: first.error })];
    }
    return [];
  }

  /** If shards are split or merged meanwhile, divides the affected writes again, by the new shards. */
  async #follow(writes: readonly BucketWrite<T>[], shards: Shards): Promise<readonly WriteFailure<T>[]> {
    const settled: WriteFailure<T>[] = [];
    for (let attempt = 1, pending = writes; ; attempt++) {
      const moved: BucketWrite<T>[] = [];
      for (const failure of await this.#writeToShards(pending, shards)) {
        if (failure.fate === 'failed' && shards.areMovedBy(failure.error) && attempt < ATTEMPTS) {
          moved.push(failure.write);
        } else settled.push(failure);
      }
      if (moved.length === 0) return settled;
      await pauseAfter(attempt);
      pending = moved;
    }
  }

  /** Stores the writes of all shards at once; on each shard, all of them or none. */
  async #writeToShards(
    writes: readonly BucketWrite<T>[],
    shards: Shards,
  ): Promise<readonly WriteFailure<T>[]> {
    let parts: readonly (readonly BucketWrite<T>[])[];
    try {
      parts = await shards.parted(writes);
    } catch (error) {
      return lost(writes, { fate: 'failed', error });
    }
    const failures = await Promise.all(parts.map((part) => this.#writeTogether(part)));
    if (failures.some(({ length }) => length > 0)) shards.forget();
    return failures.flat();
  }

  /** Stores all writes or none. */
  async #writeTogether(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    const { session, partitions } = this.#parts;
    const { dialect } = session;
    let plan = this.#planner.plan(writes);
    // Entries made in the user's own transaction may be rolled back.
    const lasting = !session.inTransaction;
    let failure = await this.#apply(writes, plan.steps);
    if (failure !== null && dialect.isMissingPartition(failure.error)) {
      partitions.forget();
      failure = await this.#apply(writes, plan.steps);
    }
    if (failure !== null && plan.guesses && dialect.isDuplicate(failure.error)) {
      this.#planner.guessedWrong();
      plan = this.#planner.plan(writes);
      failure = await this.#apply(writes, plan.steps);
    }
    if (failure !== null) return lost(writes, failure);
    if (lasting && !session.inTransaction) this.#planner.stored(plan);
    return [];
  }

  async #apply(writes: readonly BucketWrite<T>[], steps: readonly Step[]): Promise<Loss | null> {
    const { session, partitions, creates } = this.#parts;
    try {
      if (creates) await partitions.ensure(writes);
    } catch (error) {
      return { fate: 'failed', error };
    }
    return session.apply(steps);
  }
}

function lost<T extends TimeseriesType>(
  writes: readonly BucketWrite<T>[],
  loss: Loss,
): readonly WriteFailure<T>[] {
  return writes.map((write) => ({ write, ...loss }));
}
