import { setTimeout as sleep } from 'node:timers/promises';
import type { BucketWrite, Loss, TimeseriesType, WriteFailure } from '@kairos/core';
import { type Collection, type MongoClient, MongoErrorLabel, type WriteConcern } from 'mongodb';
import { BATCH_BYTES, BATCH_UPDATES, batchesOf } from './batches.js';
import { isBulkWriteError, isDriverError, serverCode } from './driver-error.js';
import type { BucketDocument } from './layout.js';
import { AbandonedError, Patience } from './patience.js';
import type { Model, Update, Updates } from './updates.js';
import type { Writer } from './writer.js';

/** How often a transaction is begun anew because another writer created a document first. */
const CONTENDED_ATTEMPTS = 50;

/**
 * Writes the buckets of each name in one transaction. An event has one name, so it is applied whole or not at all;
 * names with few buckets share a transaction.
 */
export class TransactionWriter<T extends TimeseriesType, U extends Update> implements Writer<T> {
  readonly #client: MongoClient;
  readonly #collection: Collection<BucketDocument>;
  readonly #updates: Updates<U>;
  readonly #patience: Patience;

  constructor(client: MongoClient, collection: Collection<BucketDocument>, updates: Updates<U>) {
    this.#client = client;
    this.#collection = collection;
    this.#updates = updates;
    this.#patience = Patience.with(client);
  }

  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    const failures: WriteFailure<T>[] = [];
    let away: { readonly error: unknown } | undefined;
    for (const group of this.#groupsOf(writes)) {
      // Once the server is out of reach, each further transaction would only wait for it as long again.
      const lost: Loss | undefined =
        away === undefined
          ? await this.#commit(group.flatMap(({ updates }) => updates))
          : { fate: 'failed', error: away.error };
      if (lost === undefined) continue;
      for (const { write } of group) failures.push({ write, ...lost });
      if (serverCode(lost.error) === undefined) away = lost;
    }
    return failures;
  }

  /** The writes of some names, none cut in two. */
  *#groupsOf(writes: readonly BucketWrite<T>[]): Generator<{ write: BucketWrite<T>; updates: U[] }[]> {
    let group: { write: BucketWrite<T>; updates: U[] }[] = [];
    let [count, bytes] = [0, 0];
    for (const write of writes) {
      const full = count >= BATCH_UPDATES || bytes >= BATCH_BYTES;
      if (full && group.at(-1)?.write.name !== write.name) {
        yield group;
        group = [];
        [count, bytes] = [0, 0];
      }
      const updates = [...this.#updates.of(write)];
      group.push({ write, updates });
      count += updates.length;
      for (const update of updates) bytes += update.bytes;
    }
    if (group.length > 0) yield group;
  }

  async #commit(updates: readonly U[]): Promise<Loss | undefined> {
    for (let attempt = 1; ; attempt++) {
      const lost = await this.#transact(this.#updates.models(updates), updates);
      if (lost === undefined) {
        this.#updates.applied(updates);
        return undefined;
      }
      const { fate, error } = lost;
      if (!this.#isContention(error) || attempt === CONTENDED_ATTEMPTS) return { fate, error };
      try {
        await this.#patience.for(this.#updates.settle(updates, this.#collection));
      } catch (cause) {
        return { fate: 'failed', error: cause };
      }
      await sleep(Math.random() * 2 ** Math.min(attempt, 6));
    }
  }

  async #transact(models: readonly Model[], updates: readonly U[]): Promise<Loss | undefined> {
    const session = this.#client.startSession();
    let committing = false;
    try {
      const transaction = session.withTransaction(
        async () => {
          committing = false;
          let sent = 0;
          for (const { length } of batchesOf(updates)) {
            const batch = models.slice(sent, sent + length);
            await this.#collection.bulkWrite(batch, { ordered: true, session });
            sent += length;
          }
          committing = true;
        },
        { readPreference: 'primary', readConcern: { level: 'local' }, ...this.#acknowledgement() },
      );
      await this.#patience.for(transaction);
      return undefined;
    } catch (error) {
      // What is abandoned may yet come to its commit.
      if (error instanceof AbandonedError) return { fate: 'unknown', error };
      // An aborted transaction leaves nothing; once the commit was sent, only an answer tells.
      const aborted =
        !committing ||
        (isDriverError(error) && error.hasErrorLabel(MongoErrorLabel.TransientTransactionError));
      return { fate: aborted ? 'failed' : 'unknown', error };
    } finally {
      // It aborts what is not committed, which nobody has to wait for.
      session.endSession().catch(() => undefined);
    }
  }

  /** That of the collection: the driver would take that of the client, which may be another. */
  #acknowledgement(): { writeConcern?: WriteConcern } {
    const { writeConcern } = this.#collection;
    return writeConcern === undefined ? {} : { writeConcern };
  }

  #isContention(error: unknown): boolean {
    return isBulkWriteError(error) && this.#updates.isContention(Number(error.code));
  }
}
