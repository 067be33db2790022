import type { BucketWrite, TimeseriesType, WriteFailure } from '@kairos/core';
import type { ChainableCommander } from 'ioredis';
import type { IntervalsRecord } from '../record.js';
import { writeInBatches } from './batches.js';
import type { WritePlanner } from './calls.js';
import { Pipelines } from './pipeline.js';

/** Sends bucket writes, or adds them to the user's pipeline. Every call carries the record. */
export class Writer<T extends TimeseriesType> {
  readonly #planner: WritePlanner<T>;
  readonly #record: IntervalsRecord;
  readonly #pipelines = new Pipelines();

  constructor(planner: WritePlanner<T>, record: IntervalsRecord) {
    this.#planner = planner;
    this.#record = record;
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return writeInBatches(this.#planner, (call) => this.#record.send(call), writes);
  }

  addTo(pipeline: ChainableCommander, writes: readonly BucketWrite<T>[]): void {
    for (const job of this.#planner.jobs(writes)) {
      for (const { call } of job.calls()) this.#pipelines.add(pipeline, this.#record.describe(call, false));
    }
  }
}
