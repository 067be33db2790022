import { settlesWithin } from '@kairos/core';
import type { MongoClient } from 'mongodb';

/** How long to wait for an answer after connections were lost, in addition to the time for finding a server. */
const GRACE = 5_000;

/** How long to wait for the answer to a write or read from a server that answers others. */
const ANSWER = 60_000;

/** The same for commands that can take long: an index, a deletion, a list of all names. */
const LONG_ANSWER = 600_000;

/** A command without an answer in time. Whether the server received it is unknown. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

interface Waiting {
  readonly giveUp: (why: string) => void;
  timer?: NodeJS.Timeout;
}

/** One for each client, so that many timeseries on it add one listener. */
const known = new WeakMap<MongoClient, Patience>();

/**
 * Limits the wait for an answer. The driver itself notices if a server is gone or frozen, and ends its commands. This
 * is for two cases that it does not notice: a command that the server never gets to, and one that the driver waits for
 * for ever because the server closed the socket at the moment of writing (7.9.0, `Connection.writeCommand`).
 */
export class Patience {
  readonly #waiting = new Set<Waiting>();
  readonly #afterLoss: number;
  /** The client's own limit for an answer, if that is longer. */
  readonly #told: number;

  private constructor(client: MongoClient) {
    const { serverSelectionTimeoutMS, timeoutMS, socketTimeoutMS } = client.options;
    this.#afterLoss = serverSelectionTimeoutMS + GRACE;
    this.#told = Math.max(timeoutMS ?? 0, socketTimeoutMS ?? 0);
    client.on('connectionPoolCleared', () => this.#startClocks());
  }

  static with(client: MongoClient): Patience {
    const patience = known.get(client) ?? new Patience(client);
    known.set(client, patience);
    return patience;
  }

  /** Settles as a write or read does, or rejects with an `AbandonedError`. */
  async for<R>(command: Promise<R>): Promise<R> {
    let waiting: Waiting | undefined;
    const lost = new Promise<never>((_, reject) => {
      waiting = { giveUp: (why) => reject(new AbandonedError(why)) };
      this.#waiting.add(waiting);
    });
    try {
      return await this.#within(ANSWER, Promise.race([command, lost]));
    } finally {
      if (waiting !== undefined) {
        clearTimeout(waiting.timer);
        this.#waiting.delete(waiting);
      }
    }
  }

  /** The same for a command that can take long. Such commands are too short to meet the driver's hang. */
  forLong<R>(command: Promise<R>): Promise<R> {
    return this.#within(LONG_ANSWER, command);
  }

  async #within<R>(usual: number, command: Promise<R>): Promise<R> {
    const limit = Math.max(usual, this.#told);
    if (await settlesWithin(limit, command)) return command;
    throw new AbandonedError(`The server did not answer a command within ${limit / 1000} s`);
  }

  #startClocks(): void {
    for (const waiting of this.#waiting) {
      waiting.timer ??= setTimeout(
        waiting.giveUp,
        this.#afterLoss,
        'The connections to the server were lost, and the driver did not tell what became of the command',
      ).unref();
    }
  }
}
