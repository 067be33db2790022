import { ConfigurationError, type TimeseriesType } from '@kairos/core';
import type { Collection } from 'mongodb';
import { LAYOUT_VERSION, type RecordDocument } from './layout.js';
import { serverCode } from './session/driver-error.js';
import { DUPLICATE_KEY } from './write/updates.js';

/** The record of the intervals of one type, replaced by compare-and-set. */
export class IntervalsRecord {
  readonly #collection: Collection<RecordDocument>;
  readonly #type: TimeseriesType;

  constructor(collection: Collection<RecordDocument>, type: TimeseriesType) {
    this.#collection = collection;
    this.#type = type;
  }

  /** Reads the record. Throws a `ConfigurationError` if the data is in another layout. */
  async read(): Promise<string | null> {
    // Records that other processes wrote a moment ago must be visible, whatever the user's read preference.
    const newest = { readPreference: 'primary', readConcern: { level: 'local' } } as const;
    const found = await this.#collection.findOne({ _id: this.#type }, newest);
    if (found === null) return null;
    const { record, layout = 1 } = found;
    if (layout === LAYOUT_VERSION) return record;
    throw new ConfigurationError(
      `The data of type "${this.#type}" is in layout ${layout}, and this version of @kairos/mongo reads and writes layout ${LAYOUT_VERSION}; expected the version that wrote it, or another "database"`,
    );
  }

  async write(record: string, expected: string | null): Promise<boolean> {
    if (expected === null) return this.#insert(record);
    const { matchedCount } = await this.#collection.updateOne(
      { _id: this.#type, record: expected },
      { $set: { record, layout: LAYOUT_VERSION } },
    );
    return matchedCount === 1;
  }

  async #insert(record: string): Promise<boolean> {
    try {
      await this.#collection.insertOne({ _id: this.#type, record, layout: LAYOUT_VERSION });
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
