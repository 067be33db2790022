import type { TimeseriesType } from '@kairos/core';
import type { Collection } from 'mongodb';
import { serverCode } from './driver-error.js';
import type { RecordDocument } from './layout.js';
import { DUPLICATE_KEY } from './updates.js';

/** The record of the intervals of one type, replaced by comparing it with what was read. */
export class Records {
  readonly #collection: Collection<RecordDocument>;
  readonly #type: TimeseriesType;

  constructor(collection: Collection<RecordDocument>, type: TimeseriesType) {
    this.#collection = collection;
    this.#type = type;
  }

  async read(): Promise<string | null> {
    // What other processes recorded a moment ago must be seen, whatever the user reads from.
    const newest = { readPreference: 'primary', readConcern: { level: 'local' } } as const;
    const found = await this.#collection.findOne({ _id: this.#type }, newest);
    return found?.record ?? null;
  }

  async write(record: string, expected: string | null): Promise<boolean> {
    if (expected === null) return this.#insert(record);
    const { matchedCount } = await this.#collection.updateOne(
      { _id: this.#type, record: expected },
      { $set: { record } },
    );
    return matchedCount === 1;
  }

  async #insert(record: string): Promise<boolean> {
    try {
      await this.#collection.insertOne({ _id: this.#type, record });
      return true;
    } catch (error) {
      if (serverCode(error) === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  async forget(): Promise<void> {
    await this.#collection.deleteOne({ _id: this.#type });
  }
}
