import type { MongoClient } from 'mongodb';

/** How much longer than for a server to be found an answer is waited for once connections were lost. */
const GRACE = 5_000;

/** A command that the driver will never settle. Whether the server had it is unknown. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';

  constructor() {
    super('The connections to the server were lost, and the driver did not tell what became of the command');
  }
}

interface Waiting {
  readonly giveUp: () => void;
  timer?: NodeJS.Timeout;
}

/** One for each client, so that many timeseries on it add one listener. */
const known = new WeakMap<MongoClient, Patience>();

/**
 * Bounds how long a write or a read is waited for after the driver lost its connections. The driver can hang for ever
 * there: it waits for a socket to drain that the server closed in that very moment (7.9.0,
 * `Connection.writeCommand`). Only commands longer than the socket's buffer can meet that. Others, which may rightly
 * take long on the server (an index, a deletion), are waited for without a bound.
 */
export class Patience {
  readonly #waiting = new Set<Waiting>();
  readonly #limit: number;

  private constructor(client: MongoClient) {
    this.#limit = client.options.serverSelectionTimeoutMS + GRACE;
    client.on('connectionPoolCleared', () => this.#startClocks());
  }

  static with(client: MongoClient): Patience {
    const patience = known.get(client) ?? new Patience(client);
    known.set(client, patience);
    return patience;
  }

  /** Settles as the command does, or rejects with an `AbandonedError`. */
  for<R>(command: Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { giveUp: () => reject(new AbandonedError()) };
      this.#waiting.add(waiting);
      const settled = () => {
        clearTimeout(waiting.timer);
        this.#waiting.delete(waiting);
      };
      command.then(
        (result) => {
          settled();
          resolve(result);
        },
        (error: unknown) => {
          settled();
          reject(error);
        },
      );
    });
  }

  #startClocks(): void {
    for (const waiting of this.#waiting) waiting.timer ??= setTimeout(waiting.giveUp, this.#limit);
  }
}
