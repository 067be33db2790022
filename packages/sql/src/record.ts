import { ConfigurationError } from '@kairos/core';
import { apply } from './dialect/connection.js';
import { describeLayout, type Layout } from './layout.js';
import type { RowFormat } from './rows.js';
import type { Session, Step } from './session/session.js';
import { RecordStatements } from './statements/record-statements.js';

/**
 * The record of a timeseries: its intervals, changed only by compare-and-set, and the layout of its tables.
 */
export class IntervalsRecord {
  readonly #session: Session;
  readonly #layout: Layout;
  readonly #statements: RecordStatements;
  readonly #key: readonly [unknown, unknown];

  constructor(session: Session, layout: Layout, format: RowFormat, tableName: string) {
    this.#session = session;
    this.#layout = layout;
    this.#statements = new RecordStatements(layout, session);
    this.#key = [format.key(tableName), format.key(layout.type)];
  }

  /** Rejects if the table's record has another layout. */
  async refuseOtherLayout(): Promise<void> {
    const row = await this.#row();
    if (row !== undefined && row.layout !== null) this.#refuse(row.layout);
  }

  /** Records the table's layout. Rejects if the record has another one. */
  async agreeOnLayout(): Promise<void> {
    let row = await this.#row();
    if (row === undefined) {
      const layout = this.#session.dialect.text.bind(describeLayout(this.#layout));
      const statement = this.#statements.addRecord();
      await apply(this.#session, [{ statement, parameters: [...this.#key, layout, null] }]);
      row = await this.#row();
    }
    this.#refuse(row?.layout ?? null);
  }

  #refuse(recorded: string | null): void {
    const wanted = describeLayout(this.#layout);
    if (recorded === wanted) return;
    throw new ConfigurationError(
      `The table "${this.#layout.table}" is laid out as ${recorded}, but the options ask for ${wanted}; expected the same "valueType" and version, or another "tableName"`,
    );
  }

  async read(): Promise<string | null> {
    return (await this.#row())?.record ?? null;
  }

  async write(text: string, expected: string | null): Promise<boolean> {
    const { dialect } = this.#session;
    const parameters: unknown[] = [dialect.text.bind(text), ...this.#key];
    if (expected !== null) parameters.push(dialect.text.bind(expected));
    return (await this.#session.run(this.#statements.replaceRecord(expected !== null), parameters)) > 0;
  }

  /** A step that forgets the intervals. The layout stays as long as the tables. */
  forgetting(): Step {
    return { statement: this.#statements.forgetRecord(), parameters: this.#key };
  }

  async #row(): Promise<{ readonly layout: string | null; readonly record: string | null } | undefined> {
    const [row] = await this.#session.rows(this.#statements.readRecord(), this.#key);
    return row && { layout: this.#text(row[0]), record: this.#text(row[1]) };
  }

  #text(column: unknown): string | null {
    if (column === null || column === undefined) return null;
    return this.#session.dialect.text.read(column);
  }
}
