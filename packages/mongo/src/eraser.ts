import { setTimeout as sleep } from 'node:timers/promises';
import { isError, messageOf } from '@kairos/core';
import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb';
import type { StoredDocument } from './layout.js';
import { isConflict } from './session/driver-error.js';
import type { Patience } from './session/patience.js';

/** How often to resend a command that conflicts with other writers. */
const ATTEMPTS = 50;

/** Number of documents in one command. */
const AT_ONCE = 1_000;

/** Fields that never change, because the `_id` contains them. */
const FIXED = ['name', 'interval', 'window', 'bucket'];

/** Deletes documents, or parts of them. Repeating either is harmless. */
export interface Eraser {
  delete(filter: Document): Promise<void>;
  /** An update that changes nothing if it is applied to a document again. */
  update(filter: Document, update: Document[]): Promise<void>;
}

/** Deletes with one command, which is fastest. */
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
 * Deletes document by document, for data that is written in transactions. A command over many documents may hold one
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
    // The fields that may have changed since the document was found.
    const changing = Object.fromEntries(Object.entries(filter).filter(([field]) => !FIXED.includes(field)));
    const found = this.#collection.find(filter, {
      projection: { _id: 1 },
      // Other writers' changes must be visible, whatever the user's read preference.
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
    // A secondary with old data may have answered; it refuses to write.
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
