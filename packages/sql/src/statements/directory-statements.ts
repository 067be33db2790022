import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import { parameter } from '../dialect/parameters.js';
import { whereAll } from '../dialect/where.js';
import { type Layout, WINDOWS_KEY, windowsColumns } from '../layout.js';
import type { Session, Statement } from '../session/session.js';
import { Compiled } from './compiled.js';
import { entryInWindows, listOf, nameIn, outsidePartitions } from './fragments.js';

/** Statements of the directory. */
export class DirectoryStatements {
  readonly #layout: Layout;
  readonly #dialect: Dialect;
  readonly #compiled: Compiled;

  constructor(layout: Layout, { dialect, kysely }: Session) {
    this.#layout = layout;
    this.#dialect = dialect;
    this.#compiled = new Compiled(kysely);
  }

  /** Enters windows; parameters as in `insert`: name, interval and window of each. */
  enter(entries: number): Statement {
    return this.#compiled.once(`enter ${this.#dialect.asArrays(entries) ? 'arrays' : entries}`, () => {
      const { windowsTable } = this.#layout;
      const columns = windowsColumns.filter(({ name }) => WINDOWS_KEY.includes(name));
      const clear = this.#dialect.onConflict(windowsTable, WINDOWS_KEY, [
        { column: 'deleted', how: 'clear' },
      ]);
      return sql`insert into ${sql.table(windowsTable)} (${listOf(columns)}) ${this.#dialect.rows(columns, entries)} ${clear}`;
    });
  }

  /** Parameters: name, interval, first and last window. */
  windowsOfName(): Statement {
    return this.#compiled.once(
      'windows of name',
      () =>
        sql`select ${sql.ref('e.window')} from ${sql.table(this.#layout.windowsTable)} as e where ${nameIn(1, 'e.name')} and ${entryInWindows}${this.#dialect.allRows}`,
    );
  }

  /** Parameters: name. */
  intervalsOfName(): Statement {
    return this.#compiled.once(
      'intervals of name',
      () =>
        sql`select distinct ${sql.ref('interval')} from ${sql.table(this.#layout.windowsTable)} where ${nameIn(1)}`,
    );
  }

  /**
   * Marks entries: a reader then has to check for data. Parameters: name if there is one, then interval and
   * last window if there are any.
   */
  mark(of: { readonly name: boolean; readonly windows: boolean }): Statement {
    return this.#compiled.once(`mark ${of.name} ${of.windows}`, () => {
      const conditions = [
        ...(of.name ? [nameIn(1)] : []),
        ...(of.windows
          ? [
              sql`${sql.ref('interval')} = ${parameter} and ${of.name ? sql.ref('window') : this.#dialect.expiryWindow} <= ${parameter}`,
            ]
          : []),
        // This form keeps the planner from using the index of marked entries.
        sql`coalesce(${sql.ref('deleted')}, -1) = -1`,
      ];
      // For one name, Vitess accepts any number of rows if the statement has a LIMIT.
      const any = of.name && this.#dialect.spread === true ? this.#dialect.allRows : sql``;
      return sql`update ${sql.table(this.#layout.windowsTable)} set ${sql.ref('deleted')} = ${this.#dialect.now}${whereAll(conditions)}${any}`;
    });
  }

  /** Names with entries that were marked long ago. Parameters: seconds, maximum number of names. */
  markedNames(): Statement {
    return this.#compiled.once(
      'marked names',
      () =>
        sql`select name from ${sql.table(this.#layout.windowsTable)} where ${this.#markedBefore()} group by name limit ${parameter}`,
    );
  }

  /**
   * Removes entries outside of partitions that were marked long ago and have no data. Parameters: seconds,
   * twice if the server deletes rows by key; maximum number.
   */
  removeMarked(ofName: readonly RawBuilder<unknown>[] = []): Statement {
    return this.#compiled.once(`remove marked ${ofName.length}`, () => {
      const { table, windowsTable } = this.#layout;
      const of = (column: string) => sql`${sql.ref(`d.${column}`)} = ${sql.ref(`${windowsTable}.${column}`)}`;
      const same = WINDOWS_KEY.map(of);
      const data = sql`(select max(${sql.ref('d.bucket')}) from ${sql.table(table)} as d${whereAll([...same, ...outsidePartitions(this.#layout)])})`;
      const where = sql.join(
        [...ofName, this.#markedBefore(), ...outsidePartitions(this.#layout), sql`${data} is null`],
        sql` and `,
      );
      return this.#dialect.deleteSome(windowsTable, WINDOWS_KEY, where, parameter, this.#markedBefore());
    });
  }

  /** Marks the remaining ones again. Parameters: seconds. */
  markAgain(ofName: readonly RawBuilder<unknown>[] = []): Statement {
    return this.#compiled.once(`mark again ${ofName.length}`, () => {
      const where = whereAll([...ofName, this.#markedBefore(), ...outsidePartitions(this.#layout)]);
      const any = ofName.length > 0 ? this.#dialect.allRows : sql``;
      return sql`update ${sql.table(this.#layout.windowsTable)} set ${sql.ref('deleted')} = ${this.#dialect.now}${where}${any}`;
    });
  }

  /** The same two statements for one name. Its key is the first parameter. */
  cleanName(): { readonly remove: Statement; readonly markAgain: Statement } {
    const ofName = [nameIn(1)];
    return { remove: this.removeMarked(ofName), markAgain: this.markAgain(ofName) };
  }

  /**
   * Removes entries of an interval before a window that were marked long ago. Parameters: interval, window,
   * seconds.
   */
  removeExpired(): Statement {
    return this.#compiled.once(
      'remove expired',
      () =>
        sql`delete from ${sql.table(this.#layout.windowsTable)} where ${sql.ref('interval')} = ${parameter} and ${this.#dialect.expiryWindow} < ${parameter} and ${this.#markedBefore()}`,
    );
  }

  #markedBefore(): RawBuilder<unknown> {
    return sql`${sql.ref('deleted')} < ${this.#dialect.now} - ${parameter}`;
  }
}
