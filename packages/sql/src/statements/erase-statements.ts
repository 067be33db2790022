import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import { parameter } from '../dialect/parameters.js';
import { whereAll } from '../dialect/where.js';
import type { Layout } from '../layout.js';
import type { Session, Statement } from '../session/session.js';
import { Compiled } from './compiled.js';
import { beyond, inSlice, nameIn, outsidePartitions } from './fragments.js';

/** Statements that delete rows and full names. */
export class EraseStatements {
  readonly #layout: Layout;
  readonly #dialect: Dialect;
  readonly #compiled: Compiled;

  constructor(layout: Layout, { dialect, kysely }: Session) {
    this.#layout = layout;
    this.#dialect = dialect;
    this.#compiled = new Compiled(kysely);
  }

  /** Parameters: the key of the name, repeated `times` times. */
  deleteName(): { readonly statement: Statement; readonly times: number } {
    const { table, windowsTable } = this.#layout;
    const statement = this.#compiled.once('delete name', () =>
      this.#dialect.deleteInWindows(windowsTable, table, outsidePartitions(this.#layout)),
    );
    return { statement, times: this.#dialect.name === 'mysql' ? 1 : 3 };
  }

  /**
   * For PostgreSQL. Parameters: the key of the name, interval, the key again, interval, first and last
   * bucket.
   */
  deleteNameInSlice(): Statement {
    return this.#compiled.once('delete name in slice', () => {
      const { table, windowsTable } = this.#layout;
      const windows = sql`select ${sql.ref('window')} from ${sql.table(windowsTable)} where ${nameIn(1)} and ${sql.ref('interval')} = ${parameter}`;
      return sql`delete from ${sql.table(table)} where ${sql.ref('window')} = any (array(${windows})) and ${nameIn(1)} and ${inSlice}`;
    });
  }

  /** Parameters: the key of the name. */
  forgetName(): Statement {
    return this.#compiled.once(
      'forget name',
      () => sql`delete from ${sql.table(this.#layout.namesTable)} where ${sql.ref('key')} = ${parameter}`,
    );
  }

  deleteAllNames(): Statement {
    return this.#compiled.once(
      'delete all names',
      () => sql`delete from ${sql.table(this.#layout.namesTable)}`,
    );
  }

  deleteAll(): Statement {
    return this.#compiled.once(
      'delete all',
      () => sql`delete from ${sql.table(this.#layout.table)}${whereAll(outsidePartitions(this.#layout))}`,
    );
  }

  /** Parameters: interval, first and last bucket. */
  deleteSlice(): Statement {
    return this.#compiled.once(
      'delete slice',
      () => sql`delete from ${sql.table(this.#layout.table)} where ${inSlice}`,
    );
  }

  /**
   * Deletes some rows. Parameters: interval, first and last window, first and last bucket, maximum number. If
   * there are partitions, interval, first and last bucket also come first, so that no other partitions are
   * locked.
   */
  expire(): Statement {
    const { windows, ofSlice, slice } = this.#expiring();
    return this.#compiled.once('expire', () =>
      this.#dialect.deleteSome(
        this.#layout.table,
        this.#layout.key,
        sql`${windows} and ${slice}`,
        parameter,
        ofSlice,
      ),
    );
  }

  /**
   * Does the same for a name in some windows. Parameters: interval, the windows, name, first and last bucket,
   * maximum number.
   */
  expireName(windows: number): Statement {
    return this.#compiled.once(`expire name ${windows}`, () => {
      const { ofSlice, slice } = this.#expiring();
      const where = sql`${sql.ref('interval')} = ${parameter} and ${sql.ref('window')} in (${sql.join(Array(windows).fill(parameter))}) and ${nameIn(1)} and ${slice}`;
      return this.#dialect.deleteSome(this.#layout.table, this.#layout.key, where, parameter, ofSlice);
    });
  }

  /**
   * Selects the window and name at which a step of `expire` ends. Parameters: interval, `place` that it
   * begins after, last window, number of rows to skip. A row stands for `rowsOfStep` rows of data.
   */
  expireStep(): Statement {
    return this.#compiled.once('expire step', () => {
      const byEntries = this.stepsByEntries;
      const table = byEntries ? this.#layout.windowsTable : this.#layout.table;
      const window = byEntries ? this.#dialect.expiryWindow : sql.ref('window');
      const name = sql.ref('name');
      return sql`select ${sql.ref('window')}, ${name} from ${sql.table(table)} where ${sql.ref('interval')} = ${parameter} and ${this.#after(window)} and ${window} <= ${parameter} order by ${window}, ${name} limit 1 offset ${this.#dialect.offset}`;
    });
  }

  /** The approximate number of data rows for each row that `expireStep` scans. */
  get rowsOfStep(): number {
    return this.stepsByEntries ? this.#layout.windowSize : 1;
  }

  /** Whether `expireStep` scans entries instead of rows. It does for types with few rows per entry. */
  get stepsByEntries(): boolean {
    const { type } = this.#layout;
    return this.#dialect.expiryByName && (type === 'count' || type === 'gauge');
  }

  /** The first window that has data, or NULL. Parameters: interval. */
  firstWindow(): Statement {
    return this.#compiled.once(
      'first window',
      () =>
        sql`select min(${sql.ref('window')}) from ${sql.table(this.#layout.table)} where ${sql.ref('interval')} = ${parameter}`,
    );
  }

  /**
   * Deletes rows of one window, after a name and up to another or to the end. Parameters: interval, window,
   * one or both names, last bucket. Compares column by column: PostgreSQL would scan past the end of a range
   * over several columns, or the full table.
   */
  expireNames({ end }: { readonly end: boolean }): Statement {
    return this.#compiled.once(`expire names ${end}`, () => {
      const [window, name] = [sql.ref('window'), sql.ref('name')];
      const upTo = end ? sql` and ${name} <= ${parameter}` : sql``;
      return sql`delete from ${sql.table(this.#layout.table)} where ${sql.ref('interval')} = ${parameter} and ${window} = ${parameter} and ${name} > ${parameter}${upTo} and ${sql.ref('bucket')} <= ${parameter}`;
    });
  }

  /** Deletes rows of full windows. Parameters: interval, first and last window, last bucket. */
  expireWindows(): Statement {
    return this.#compiled.once(
      'expire windows',
      () =>
        sql`delete from ${sql.table(this.#layout.table)} where ${this.#expiring().windows} and ${sql.ref('bucket')} <= ${parameter}`,
    );
  }

  /** The parameters of a place: a window and a name within it. */
  place(window: number, name: unknown): readonly unknown[] {
    return this.#dialect.comparesRows ? [window, name] : [window, window, name];
  }

  #after(window: RawBuilder<unknown>) {
    const place = sql`${window}, ${sql.ref('name')}`;
    return this.#dialect.comparesRows ? sql`(${place}) > (${parameter}, ${parameter})` : beyond('>');
  }

  #expiring() {
    const interval = sql`${sql.ref('interval')} = ${parameter}`;
    const [window, bucket] = [sql.ref('window'), sql.ref('bucket')];
    return {
      windows: sql`${interval} and ${window} >= ${parameter} and ${window} <= ${parameter}`,
      slice: sql`${bucket} >= ${parameter} and ${bucket} <= ${parameter}`,
      ...(this.#layout.partitions.size > 0 ? { ofSlice: inSlice } : {}),
    };
  }
}
