import { setTimeout as sleep } from 'node:timers/promises';
import type { BucketWrite, TimeseriesType, WriteFailure, WriteOutcomes } from '@kairos/core';
import type { Collection, MongoClient } from 'mongodb';
import type { StoredDocument } from '../layout.js';
import { isConflict } from '../session/driver-error.js';
import { Attempt, type BatchError, batchError } from '../session/fate.js';
import { Patience } from '../session/patience.js';
import { batchesOf } from './batches.js';
import { inOrder, type Update, type Updates, writesOf } from './updates.js';
import { type Unreachable, type Writer, writeInTurn } from './writer.js';

/** The most attempts in a row in which other writers came first and no update was applied. */
const FRUITLESS_ATTEMPTS = 50;

/** Sends writes in batches of limited size, and reports the fate of each. */
export class BulkWriter<T extends TimeseriesType, U extends Update> implements Writer<T> {
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
    const batches = batchesOf(this.#updates.of(writes));
    return writeInTurn(writes, batches, writesOf, (batch, outcomes) => this.#send(batch, outcomes));
  }

  /** Sends a batch until no other writers are in the way. Without an answer, the server is unreachable. */
  async #send(batch: readonly U[], outcomes: WriteOutcomes): Promise<Unreachable | undefined> {
    let pending = this.#worthSending(inOrder(batch), outcomes);
    let fruitless = 0;
    while (pending.length > 0) {
      const reply = await this.#bulkWrite(pending);
      if (reply?.kind === 'whole') {
        outcomes.lost(writesOf(pending), reply);
        return reply;
      }
      const { applied, contended, behind, lastError } = this.#sort(pending, reply, outcomes);
      this.#updates.applied(applied);
      fruitless = applied.length > 0 ? 0 : fruitless + 1;
      const again = inOrder([...contended, ...behind]);
      if (fruitless > FRUITLESS_ATTEMPTS) {
        outcomes.lost(writesOf(again), { fate: 'failed', error: lastError });
        return undefined;
      }
      pending = this.#worthSending(again, outcomes);
      try {
        // Otherwise each update after the first failed one would stop the next command in turn.
        if (contended.length > 0) pending = await this.#settle(pending, outcomes);
      } catch (error) {
        outcomes.lost(writesOf(pending), { fate: 'failed', error });
        return { error };
      }
      if (fruitless > 1) await sleep(Math.random() * 2 ** Math.min(fruitless, 6));
    }
    return undefined;
  }

  /** Looks up the reasons for contention, and leaves out updates that can never be applied. */
  async #settle(pending: readonly U[], outcomes: WriteOutcomes): Promise<readonly U[]> {
    const refused = await this.#patience.for(this.#updates.settle(pending, this.#collection));
    if (refused.size === 0) return pending;
    for (const [{ writes }, error] of refused) outcomes.lost(writes, { fate: 'failed', error });
    return this.#worthSending(pending, outcomes);
  }

  async #bulkWrite(updates: readonly U[]): Promise<BatchError | undefined> {
    const session = this.#client.startSession();
    const attempt = new Attempt(session);
    try {
      const ordered = this.#updates.ordered(updates);
      const models = this.#updates.models(updates);
      await this.#patience.for(this.#collection.bulkWrite(models, { ordered, session }));
      return undefined;
    } catch (error) {
      return batchError(error, attempt, updates.length);
    } finally {
      await session.endSession();
    }
  }

  /** Sorts updates by the server's report, and records the settled ones. */
  #sort(
    pending: readonly U[],
    reply: (BatchError & { kind: 'reported' }) | undefined,
    outcomes: WriteOutcomes,
  ) {
    if (reply === undefined) {
      outcomes.stored(writesOf(pending));
      return { applied: pending, contended: [], behind: [], lastError: undefined };
    }
    const { errors, unconfirmed } = reply;
    const reached = this.#updates.ordered(pending) ? Math.min(...errors.keys()) : pending.length;
    const applied: U[] = [];
    const contended: U[] = [];
    const behind: U[] = [];
    let lastError: unknown;
    for (const [index, update] of pending.entries()) {
      const found = errors.get(index);
      if (found !== undefined) {
        lastError = found.error;
        const { code, message } = found;
        if (this.#updates.isContention(code) || isConflict(code, message)) contended.push(update);
        else outcomes.lost(update.writes, { fate: 'failed', error: found.error });
      } else if (index > reached) {
        behind.push(update);
      } else {
        applied.push(update);
      }
    }
    if (unconfirmed === undefined) outcomes.stored(writesOf(applied));
    else outcomes.lost(writesOf(applied), { fate: 'unknown', error: unconfirmed });
    return { applied, contended, behind, lastError };
  }

  /** Drops the rest of writes that lost a part: they can neither become whole nor stay in order. */
  #worthSending(updates: readonly U[], outcomes: WriteOutcomes): readonly U[] {
    return updates.filter(({ writes }) => !writes.some((write) => outcomes.isLost(write)));
  }
}
