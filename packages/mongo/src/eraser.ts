import { setTimeout as sleep } from 'node:timers/promises';
import { isError, messageOf } from '@kairos/core';
import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb';
import type { StoredDocument } from './layout.js';
import { isConflict } from './session/driver-error.js';
import type { Patience } from './session/patience.js';

/** How often a command is sent that other writers are in the way of. */
const ATTEMPTS = 50;

/** Documents that are named in one command. */
const AT_ONCE = 1_000;

/** Fields that stay as they are: the `_id` stands for them. */
const FIXED = ['name', 'interval', 'window', 'bucket'];

/** Deletes documents, or parts of them. Doing either twice is harmless. */
export interface Eraser {
  delete(filter: Document): Promise<void>;
  /** The update leaves a document as it is where it was made before. */
  update(filter: Document, update: Document[]): Promise<void>;
}

/** One command, which is the fastest. */
export class BulkEraser implements Eraser {
  readonly #collection: Collection<StoredDocument>;
  readonly #patience: Patience;

  constructor(collection: Collection<StoredDocument>, patience: Patience) {
    this.#collection = collection;
    this.#patience = patience;
  }

  async delete(filter: Document): Promise<void> {
    await persist(() => this.#patience.forLong(this.#collection.deleteMany(filter)));
  }

  async update(filter: Document, update: Document[]): Promise<void> {
    await persist(() => this.#patience.forLong(this.#collection.updateMany(filter, update)));
  }
}

/**
 * Document by document, for data that is written in transactions. A command that changes many documents may hold one
 * that a transaction needs for its commit, while it waits for that transaction to end.
 */
export class OneByOneEraser implements Eraser {
  readonly #collection: Collection<StoredDocument>;
  readonly #patience: Patience;

  constructor(collection: Collection<StoredDocument>, patience: Patience) {
    this.#collection = collection;
    this.#patience = patience;
  }

  delete(filter: Document): Promise<void> {
    return this.#each(filter, (one) => ({ deleteOne: { filter: one } }));
  }

  update(filter: Document, update: Document[]): Promise<void> {
    return this.#each(filter, (one) => ({ updateOne: { filter: one, update } }));
  }

  async #each(
    filter: Document,
    modelOf: (one: Document) => AnyBulkWriteOperation<StoredDocument>,
  ): Promise<void> {
    // What may have changed since a document was found.
    const changing = Object.fromEntries(Object.entries(filter).filter(([field]) => !FIXED.includes(field)));
    const found = this.#collection.find(filter, {
      projection: { _id: 1 },
      // What other writers did must be seen, whatever the user reads from.
      readPreference: 'primary',
      readConcern: { level: 'local' },
      batchSize: AT_ONCE,
    });
    try {
      while (await this.#patience.forLong(found.hasNext())) {
        const ids = found.readBufferedDocuments().map(({ _id }) => _id);
        await this.#send(ids.sort().map((_id) => modelOf({ _id, ...changing })));
      }
    } finally {
      found.close().catch(() => undefined);
    }
    // A secondary may have answered, of what is out of date; it refuses to write.
    await this.#send([modelOf(filter)]);
  }

  async #send(models: AnyBulkWriteOperation<StoredDocument>[]): Promise<void> {
    await persist(() => this.#patience.forLong(this.#collection.bulkWrite(models, { ordered: false })));
  }
}

async function persist(send: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send();
      return;
    } catch (error) {
      const code = isError(error) ? Reflect.get(error, 'code') : undefined;
      if (attempt === ATTEMPTS || !isConflict(code, messageOf(error))) throw error;
    }
    await sleep(Math.random() * 2 ** Math.min(attempt, 6));
  }
}
