import { ConfigurationError } from '@kairos/core';
import type { Layout } from './layout.js';
import { type Conditions, insist } from './session/conditions.js';
import type { Session } from './session/session.js';

/** The options that decide the partitions and rows of a timeseries. Everyone who opens it must use the same. */
export interface RecordedLayout {
  readonly floatingCounts: boolean;
  readonly valuesPerBucket: number | null;
}

/** The record of a timeseries. It changes only by compare-and-set, in lightweight transactions. */
export class IntervalsRecord {
  readonly #session: Session;
  readonly #series: string;
  readonly #table: string;
  readonly #conditions: Conditions;
  readonly #wanted: RecordedLayout;
  #layout: RecordedLayout;

  constructor(session: Session, conditions: Conditions, layout: Layout, wanted: RecordedLayout) {
    this.#session = session;
    this.#series = layout.series;
    this.#table = layout.records.qualified;
    this.#conditions = conditions;
    this.#wanted = wanted;
    this.#layout = wanted;
  }

  /** The recorded layout, after `read`; until then, the wanted one. */
  get layout(): RecordedLayout {
    return this.#layout;
  }

  /** The text that core recorded. Throws a `ConfigurationError` if another layout is recorded. */
  async read(): Promise<string | null> {
    const query = `SELECT record, layout FROM ${this.#table} WHERE series = ?`;
    const [row] = await insist(() =>
      this.#session.rows({ query, params: [this.#series] }, { consistency: this.#conditions.serial }),
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
      if ((await this.#conditions.apply(query, params)).applied) return true;
      // An earlier attempt that timed out may have been applied after all.
      return (await this.read()) === text && text !== expected;
    });
  }

  async forget(): Promise<void> {
    const query = `DELETE FROM ${this.#table} WHERE series = ? IF EXISTS`;
    await insist(() => this.#conditions.apply(query, [this.#series]));
    // If this process sets no value, it keeps the recorded one, as the other processes do.
    if (this.#wanted.valuesPerBucket !== null) this.#layout = this.#wanted;
  }
}
