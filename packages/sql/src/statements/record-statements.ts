import { sql } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import { parameter, tuples } from '../dialect/parameters.js';
import { type Layout, recordsColumns } from '../layout.js';
import type { Session, Statement } from '../session/session.js';
import { Compiled } from './compiled.js';
import { listOf } from './fragments.js';

const recordKey = sql`${sql.ref('table_name')} = ${parameter} and ${sql.ref('type')} = ${parameter}`;

/** Statements of the record. */
export class RecordStatements {
  readonly #layout: Layout;
  readonly #dialect: Dialect;
  readonly #compiled: Compiled;

  constructor(layout: Layout, { dialect, kysely }: Session) {
    this.#layout = layout;
    this.#dialect = dialect;
    this.#compiled = new Compiled(kysely);
  }

  /** Parameters: table name, type. */
  readRecord(): Statement {
    return this.#compiled.once(
      'read record',
      () =>
        sql`select ${sql.ref('layout')}, ${sql.ref('record')} from ${sql.table(this.#layout.recordsTable)} where ${recordKey}${this.#dialect.allRows}`,
    );
  }

  /** Parameters: one for each column. */
  addRecord(): Statement {
    return this.#compiled.once('add record', () => {
      const unchanged = this.#dialect.onConflict(this.#layout.recordsTable, ['table_name', 'type'], []);
      return sql`insert into ${sql.table(this.#layout.recordsTable)} (${listOf(recordsColumns)}) ${tuples(1, recordsColumns.length)} ${unchanged}`;
    });
  }

  /** Parameters: the new text, table name, type, and the expected text if there is one. */
  replaceRecord(expected: boolean): Statement {
    const condition = expected ? sql`= ${parameter}` : sql`is null`;
    return this.#compiled.once(
      `replace record ${expected}`,
      () =>
        sql`update ${sql.table(this.#layout.recordsTable)} set ${sql.ref('record')} = ${parameter} where ${recordKey} and ${sql.ref('record')} ${condition}`,
    );
  }

  /** Parameters: table name, type. */
  forgetRecord(): Statement {
    return this.#compiled.once(
      'forget record',
      () =>
        sql`update ${sql.table(this.#layout.recordsTable)} set ${sql.ref('record')} = null where ${recordKey}`,
    );
  }
}
