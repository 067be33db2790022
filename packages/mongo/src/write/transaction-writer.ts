import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BucketWrite,
  byName,
  type Loss,
  messageOf,
  type TimeseriesType,
  type WriteFailure,
  type WriteOutcomes,
} from '@kairos/core';
import {
  type ClientSession,
  type Collection,
  type MongoClient,
  MongoErrorLabel,
  type WriteConcern,
} from 'mongodb';
import type { StoredDocument } from '../layout.js';
import { isBulkWriteError, isConflict, isDriverError, serverCode } from '../session/driver-error.js';
import { AbandonedError, Patience } from '../session/patience.js';
import { BATCH_BYTES, BATCH_UPDATES, batchesOf } from './batches.js';
import { inOrder, type Model, type Update, type Updates, writesOf } from './updates.js';
import { type Unreachable, type Writer, writeInTurn } from './writer.js';

/** How often to restart a transaction because another writer created a document first. */
const CONTENDED_ATTEMPTS = 50;

/**
 * How long the driver may restart a transaction. Its default is two minutes, even if the server has no
 * transactions.
 */
const RETRY_MILLISECONDS = 30_000;

/** Buckets of one name that are written together or not at all. */
interface Event<T extends TimeseriesType, U> {
  readonly writes: readonly BucketWrite<T>[];
  readonly updates: readonly U[];
}

type Outcome<U> = Loss | { readonly refused: ReadonlyMap<U, Error> } | undefined;

/**
 * Writes the buckets of each name in one transaction. An event has one name, so it is applied whole or not at all;
 * names with few buckets share a transaction.
 */
export class TransactionWriter<T extends TimeseriesType, U extends Update> implements Writer<T> {
  readonly #client: MongoClient;
  readonly #collection: Collection<StoredDocument>;
  readonly #updates: Updates<U>;
  readonly #patience: Patience;

  constructor(client: MongoClient, collection: Collection<StoredDocument>, updates: Updates<U>) {
    this.#client = client;
    this.#collection = collection;
    this.#updates = updates;
    this.#patience = Patience.with(client);
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return writeInTurn(writes, this.#groupsOf(writes), writesOf, (group, outcomes) =>
      this.#send(group, outcomes),
    );
  }

  /** Commits a group without the refused writes. Those fail alone, with the others of their name. */
  async #send(group: readonly Event<T, U>[], outcomes: WriteOutcomes): Promise<Unreachable | undefined> {
    let rest = group;
    while (rest.length > 0) {
      const outcome = await this.#commit(inOrder(rest.flatMap(({ updates }) => updates)));
      if (outcome === undefined) return undefined;
      if (!('refused' in outcome)) {
        outcomes.lost(writesOf(rest), outcome);
        return serverCode(outcome.error) === undefined ? outcome : undefined;
      }
      const kept: Event<T, U>[] = [];
      for (const event of rest) {
        const refusal = event.updates.find((update) => outcome.refused.has(update));
        if (refusal === undefined) kept.push(event);
        else outcomes.lost(event.writes, { fate: 'failed', error: outcome.refused.get(refusal) });
      }
      rest = kept;
    }
    return undefined;
  }

  /** Groups the writes by name, and never divides a name. */
  *#groupsOf(writes: readonly BucketWrite<T>[]): Generator<Event<T, U>[]> {
    let group: Event<T, U>[] = [];
    let [count, bytes] = [0, 0];
    for (const named of byName(writes)) {
      if (count >= BATCH_UPDATES || bytes >= BATCH_BYTES) {
        yield group;
        group = [];
        [count, bytes] = [0, 0];
      }
      const updates = [...this.#updates.of(named)];
      group.push({ writes: named, updates });
      count += updates.length;
      for (const update of updates) bytes += update.bytes;
    }
    if (group.length > 0) yield group;
  }

  async #commit(updates: readonly U[]): Promise<Outcome<U>> {
    for (let attempt = 1; ; attempt++) {
      const lost = await this.#transact(this.#updates.models(updates), updates);
      if (lost === undefined) {
        this.#updates.applied(updates);
        return undefined;
      }
      const { fate, error } = lost;
      if (fate !== 'failed' || !this.#isContention(error) || attempt === CONTENDED_ATTEMPTS)
        return { fate, error };
      try {
        const refused = await this.#patience.for(this.#updates.settle(updates, this.#collection));
        if (refused.size > 0) return { refused };
      } catch (cause) {
        return { fate: 'failed', error: cause };
      }
      await sleep(Math.random() * 2 ** Math.min(attempt, 6));
    }
  }

  async #transact(models: readonly Model[], updates: readonly U[]): Promise<Loss | undefined> {
    const session = this.#client.startSession();
    let committing = false;
    const deadline = performance.now() + RETRY_MILLISECONDS;
    try {
      const transaction = session.withTransaction(
        async () => {
          committing = false;
          try {
            await this.#apply(models, updates, session);
          } catch (error) {
            // The driver restarts a transaction only for its own errors.
            throw performance.now() < deadline ? error : new GivenUpError(error);
          }
          committing = true;
        },
        { readPreference: 'primary', readConcern: { level: 'local' }, ...this.#acknowledgement() },
      );
      await this.#patience.for(transaction);
      return undefined;
    } catch (error) {
      if (error instanceof GivenUpError) return { fate: 'failed', error: error.cause };
      // An abandoned transaction may still be committed.
      if (error instanceof AbandonedError) return { fate: 'unknown', error };
      // An aborted transaction leaves nothing behind. Once the commit was sent, only an answer can tell.
      const aborted =
        !committing ||
        (isDriverError(error) && error.hasErrorLabel(MongoErrorLabel.TransientTransactionError));
      return { fate: aborted ? 'failed' : 'unknown', error };
    } finally {
      // This aborts anything uncommitted. Nobody has to wait for it.
      session.endSession().catch(() => undefined);
    }
  }

  async #apply(models: readonly Model[], updates: readonly U[], session: ClientSession): Promise<void> {
    let sent = 0;
    for (const { length } of batchesOf(updates)) {
      const batch = models.slice(sent, sent + length);
      await this.#collection.bulkWrite(batch, { ordered: true, session });
      sent += length;
    }
  }

  /** The collection's write concern. The driver would use the client's, which may differ. */
  #acknowledgement(): { writeConcern?: WriteConcern } {
    const { writeConcern } = this.#collection;
    return writeConcern === undefined ? {} : { writeConcern };
  }

  #isContention(error: unknown): boolean {
    if (!isBulkWriteError(error)) return false;
    return this.#updates.isContention(Number(error.code)) || isConflict(error.code, messageOf(error));
  }
}

/** A transaction was aborted and is not restarted; `cause` is the reason. */
class GivenUpError extends Error {
  constructor(cause: unknown) {
    super('The transaction did not come to its commit in time', { cause });
  }
}
