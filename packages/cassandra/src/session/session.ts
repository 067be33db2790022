import { type Loss, messageOf } from '@kairos/core';
import type { Client, QueryOptions, types } from 'cassandra-driver';
import { readTimeoutOf } from './client-options.js';
import { isSilence, isSpeculative, lossOf, WatchedRetry } from './fate.js';
import { type IntegerColumn, integerColumnOf } from './integer.js';
import { Limiter } from './limiter.js';
import { NotSentError, READ_TIMEOUT, REQUEST_MILLISECONDS, within } from './patience.js';

/** A prepared statement with its parameters. */
export interface Statement {
  readonly query: string;
  readonly params: readonly unknown[];
}

export interface WriteOptions {
  /** Time of the write in microseconds since the epoch. Default: the driver's. */
  readonly timestamp?: number;
  /** Whether it updates counters, so that it must not be applied twice. */
  readonly counter?: boolean;
  /** Whether it covers several partitions without a batch log: some may be applied although others are refused. */
  readonly spread?: boolean;
  /** When its call began, by `performance.now`. Default: now. */
  readonly begun?: number;
}

/** The last request that no node answered: when, and its error. */
interface Silence {
  readonly noticed: number;
  readonly error: unknown;
}

export interface PageOptions {
  readonly consistency?: types.consistencies;
  /** The size of the first page, if a few rows may be enough. */
  readonly firstRows?: number;
}

/** The most requests of one timeseries in flight at once. */
const REQUESTS_AT_ONCE = 256;

/** The most batches among them. */
const BATCHES_AT_ONCE = 32;

const PAGE_ROWS = 5000;

/** The driver's client with the consistency levels of one timeseries, and limits on requests in flight. */
export class Session {
  readonly client: Client;
  /** Converts integers to the client's form. */
  readonly integer: IntegerColumn;
  readonly #readConsistency: types.consistencies;
  readonly writeConsistency: types.consistencies;
  readonly #speculative: boolean;
  readonly #requests = new Limiter(REQUESTS_AT_ONCE);
  readonly #batches = new Limiter(BATCHES_AT_ONCE);
  readonly #readTimeout: number;
  #answered = 0;
  #silence: Silence | undefined;

  constructor(client: Client, readConsistency: types.consistencies, writeConsistency: types.consistencies) {
    this.client = client;
    this.#readTimeout = readTimeoutOf(client) ?? READ_TIMEOUT;
    this.integer = integerColumnOf(client);
    this.#speculative = isSpeculative(client);
    this.#readConsistency = readConsistency;
    this.writeConsistency = writeConsistency;
  }

  /** Runs any statement at once. Settles in time, whatever the client's settings. */
  execute(query: string, params: readonly unknown[], options: QueryOptions): Promise<types.ResultSet> {
    const { readTimeout = this.#readTimeout } = options;
    // The driver may have to prepare a statement before it sends it.
    const limit = Math.max(REQUEST_MILLISECONDS, 2 * readTimeout);
    return within(limit, this.client.execute(query, [...params], { ...options, readTimeout }));
  }

  /** Sends a request whose turn has come, unless nodes have been silent since its call began. */
  async #send<R>(begun: number, work: () => Promise<R>): Promise<R> {
    const sent = performance.now();
    if (this.#silence !== undefined && begun < this.#silence.noticed) {
      throw new NotSentError(this.#silence.error, messageOf(this.#silence.error));
    }
    try {
      const result = await work();
      this.#hear();
      return result;
    } catch (error) {
      if (!isSilence(error)) this.#hear();
      else if (this.#answered < sent) this.#silence = { noticed: performance.now(), error };
      throw error;
    }
  }

  #hear(): void {
    this.#answered = performance.now();
    this.#silence = undefined;
  }

  /** Yields all rows page by page. The first page may be a small one. */
  async *pages(
    { query, params }: Statement,
    { firstRows = PAGE_ROWS, ...options }: PageOptions = {},
  ): AsyncGenerator<readonly types.Row[], void, undefined> {
    let pageState: string | undefined;
    const begun = performance.now();
    do {
      const page: QueryOptions = {
        prepare: true,
        isIdempotent: true,
        consistency: this.#readConsistency,
        ...options,
        ...(pageState === undefined ? { fetchSize: firstRows } : { fetchSize: PAGE_ROWS, pageState }),
      };
      const result = await this.#requests.run(() =>
        this.#send(begun, () => this.execute(query, params, page)),
      );
      yield result.rows;
      pageState = result.pageState ?? undefined;
    } while (pageState !== undefined);
  }

  async rows(statement: Statement, options: PageOptions = {}): Promise<types.Row[]> {
    const all: types.Row[] = [];
    for await (const rows of this.pages(statement, options)) for (const row of rows) all.push(row);
    return all;
  }

  /**
   * Writes one statement by itself, or several as a batch. If it is `logged`, a batch log makes it atomic over
   * partitions. Resolves to the loss if the write was not acknowledged.
   */
  async tryWrite(
    statements: readonly Statement[],
    { timestamp, counter = false, spread = false, begun = performance.now() }: WriteOptions,
    logged = false,
  ): Promise<Loss | undefined> {
    const retry = new WatchedRetry();
    const options: QueryOptions = {
      prepare: true,
      isIdempotent: !counter,
      consistency: this.writeConsistency,
      retry,
      readTimeout: this.#readTimeout,
      ...(timestamp === undefined ? {} : { timestamp }),
    };
    try {
      const [first] = statements;
      if (first !== undefined && statements.length === 1) {
        await this.#requests.run(() =>
          this.#send(begun, () => this.execute(first.query, first.params, options)),
        );
      } else if (first !== undefined) {
        const batch = statements.map(({ query, params }) => ({ query, params: [...params] }));
        const limit = Math.max(REQUEST_MILLISECONDS, 2 * this.#readTimeout);
        const send = () => within(limit, this.client.batch(batch, { ...options, logged, counter }));
        await this.#batches.run(() => this.#requests.run(() => this.#send(begun, send)));
      }
      return undefined;
    } catch (error) {
      return lossOf(error, retry, { speculative: this.#speculative && !counter, spread });
    }
  }

  /** The same, but rejects with the driver's error. */
  async write(statements: readonly Statement[], options: WriteOptions): Promise<void> {
    const loss = await this.tryWrite(statements, options);
    if (loss !== undefined) throw loss.error;
  }
}
