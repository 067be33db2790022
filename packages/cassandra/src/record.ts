import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, StorageError } from '@kairos/core';
import { types } from 'cassandra-driver';
import { codeOf } from './fate.js';
import type { Layout } from './layout.js';
import type { Session } from './session.js';

/** What the partitions and rows of a timeseries depend on, and must be the same for all that open it. */
export interface RecordedLayout {
  readonly floatingCounts: boolean;
  readonly valuesPerBucket: number | null;
}

const ATTEMPTS = 30;

/** A holder that died lets go after so long. */
const HOLD_SECONDS = 120;

/** The record of a timeseries, changed by compare-and-set (lightweight transactions) alone. */
export class SeriesRecord {
  readonly #session: Session;
  readonly #series: string;
  readonly #table: string;
  readonly #serial: types.consistencies;
  readonly #wanted: RecordedLayout;
  #layout: RecordedLayout;

  constructor(session: Session, layout: Layout, serial: types.consistencies, wanted: RecordedLayout) {
    this.#session = session;
    this.#series = layout.series;
    this.#table = layout.records.qualified;
    this.#serial = serial;
    this.#wanted = wanted;
    this.#layout = wanted;
  }

  /** The layout as it is recorded, once the record was read. */
  get layout(): RecordedLayout {
    return this.#layout;
  }

  /** The text that core recorded; throws a `ConfigurationError` where the layout is recorded otherwise. */
  async read(): Promise<string | null> {
    const query = `SELECT record, layout FROM ${this.#table} WHERE series = ?`;
    const [row] = await insist(() =>
      this.#session.rows({ query, params: [this.#series] }, { consistency: this.#serial }),
    );
    const layout: unknown = row?.layout;
    if (typeof layout === 'string') this.#agree(JSON.parse(layout));
    const record: unknown = row?.record;
    return typeof record === 'string' ? record : null;
  }

  #agree(recorded: RecordedLayout): void {
    const { floatingCounts, valuesPerBucket } = this.#wanted;
    if (recorded.floatingCounts !== floatingCounts) {
      throw new ConfigurationError(
        `Option "floatingCounts" is ${floatingCounts}, but the timeseries was created with ${recorded.floatingCounts}; expected the same, or another tableName`,
      );
    }
    if (valuesPerBucket !== null && recorded.valuesPerBucket !== valuesPerBucket) {
      throw new ConfigurationError(
        `Option "valuesPerBucket" is ${valuesPerBucket}, but the timeseries was created with ${recorded.valuesPerBucket ?? 'the default'}; expected the same, or another tableName`,
      );
    }
    this.#layout = recorded;
  }

  async write(text: string, expected: string | null): Promise<boolean> {
    const query = `UPDATE ${this.#table} SET record = ?, layout = ? WHERE series = ? IF record = ?`;
    const params = [text, JSON.stringify(this.#layout), this.#series, expected];
    return insist(async () => {
      if (await this.#apply(query, params)) return true;
      // An attempt that timed out may have been applied after all.
      return (await this.read()) === text && text !== expected;
    });
  }

  async forget(): Promise<void> {
    await insist(() => this.#apply(`DELETE FROM ${this.#table} WHERE series = ? IF EXISTS`, [this.#series]));
    this.#layout = this.#wanted;
  }

  /** Works while no other process does work of this kind on the timeseries. */
  async alone<R>(work: () => Promise<R>): Promise<R> {
    const holder = randomUUID();
    // In a row of its own, so that forgetting the record does not let go; no series is called like that.
    const row = `${this.#series} holder`;
    const take = `UPDATE ${this.#table} USING TTL ${HOLD_SECONDS} SET holder = ? WHERE series = ? IF holder = ?`;
    const deadline = Date.now() + HOLD_SECONDS * 2000;
    while (!(await insist(() => this.#apply(take, [holder, row, null], holder)))) {
      if (Date.now() > deadline) {
        throw new StorageError(`Another process has been deleting from ${this.#series} for too long`);
      }
      await sleep(20 + Math.random() * 80);
    }
    const renewal = setInterval(() => {
      this.#apply(take, [holder, row, holder]).catch(() => undefined);
    }, HOLD_SECONDS * 250);
    renewal.unref();
    try {
      return await work();
    } finally {
      clearInterval(renewal);
      const drop = `UPDATE ${this.#table} SET holder = null WHERE series = ? IF holder = ?`;
      await insist(() => this.#apply(drop, [row, holder])).catch(() => undefined);
    }
  }

  /** Whether a conditional statement was applied; `holder`: or it holds already, since an attempt before was. */
  async #apply(query: string, params: readonly unknown[], holder?: string): Promise<boolean> {
    const result = await this.#session.client.execute(query, [...params], {
      prepare: true,
      isIdempotent: false,
      consistency: this.#session.writeConsistency,
      serialConsistency: this.#serial,
    });
    return result.wasApplied() || (holder !== undefined && result.first()?.holder === holder);
  }
}

/** Tries again where the nodes were too busy with one another: conditions make that safe. */
async function insist<R>(work: () => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isContention(error)) throw error;
      await sleep(Math.random() * 50 * attempt);
    }
  }
}

const CAS_WRITE_UNKNOWN = 0x1700;

function isContention(error: unknown): boolean {
  const code = codeOf(error);
  const { writeTimeout, readTimeout } = types.responseErrorCodes;
  return code === writeTimeout || code === readTimeout || code === CAS_WRITE_UNKNOWN;
}
