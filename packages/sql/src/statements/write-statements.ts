import { type RawBuilder, sql } from 'kysely';
import type { Change, Dialect } from '../dialect/dialect.js';
import { tuples } from '../dialect/parameters.js';
import { type Layout, namesColumns } from '../layout.js';
import type { Session, Statement } from '../session/session.js';
import { Compiled } from './compiled.js';
import { listOf } from './fragments.js';

/** Any number of rows that come as arrays. */
const ARRAYS = 1_000_000;

const BUCKET = ['interval', 'window', 'name', 'bucket', 'resolution'];

/** The columns that a write changes, by type. */
const CHANGES: Record<Layout['type'], readonly Change[]> = {
  count: [{ column: 'amount', how: 'add' }],
  gauge: [{ column: 'value', how: 'replace' }],
  series: [],
  histogram: [{ column: 'count', how: 'add' }],
  set: [],
};

/** Statements that store rows and full names. */
export class WriteStatements {
  readonly #layout: Layout;
  readonly #dialect: Dialect;
  readonly #compiled: Compiled;

  constructor(layout: Layout, { dialect, kysely }: Session) {
    this.#layout = layout;
    this.#dialect = dialect;
    this.#compiled = new Compiled(kysely);
  }

  /**
   * Inserts rows. Adds them to existing ones, unless they `areNew`. Parameters: those of `RowFormat.append`, row by row,
   * or as one array per column.
   */
  insert(rows: number, areNew: boolean): Statement {
    const form = this.#dialect.asArrays(rows) ? 'arrays' : rows;
    return this.#compiled.once(`insert ${areNew} ${form}`, () => this.#insert(rows, areNew));
  }

  /**
   * For PostgreSQL: inserts rows of both kinds. Parameters: one array per column, first those of the rows to insert
   * last.
   */
  insertBoth(newFirst: boolean): Statement {
    return this.#compiled.once(`insert both ${newFirst}`, () => {
      // The statement itself is carried out before what is in WITH.
      const [first, last] = [this.#insert(ARRAYS, newFirst), this.#insert(ARRAYS, !newFirst)];
      return sql`with last as (${last}) ${first}`;
    });
  }

  #insert(rows: number, areNew: boolean): RawBuilder<unknown> {
    const { table, columns, key, type } = this.#layout;
    const numbered = type === 'series' && this.#dialect.sequence === 'computed';
    if (numbered) return this.#numberedInsert(rows);
    const given = columns.filter(({ kind }) => kind !== 'sequence');
    const source = this.#dialect.rows(given, rows);
    const upsert = areNew || type === 'series' ? sql`` : this.#dialect.onConflict(table, key, CHANGES[type]);
    return sql`insert into ${sql.table(table)} (${listOf(given)}) ${source} ${upsert}`;
  }

  /** Numbers the values of each bucket after the last one. */
  #numberedInsert(rows: number): RawBuilder<unknown> {
    const { table, columns } = this.#layout;
    const bucket = BUCKET.map(
      (column) => sql`${sql.ref(`${table}.${column}`)} = ${sql.ref(`given.${column}`)}`,
    );
    const last = sql`(select coalesce(max(${sql.ref(`${table}.sequence`)}), 0) from ${sql.table(table)} where ${sql.join(bucket, sql` and `)})`;
    const selected = columns.map(({ name, kind }) =>
      kind === 'sequence' ? sql`${last} + ${sql.ref(`given.${name}`)}` : sql.ref(`given.${name}`),
    );
    return sql`with given (${listOf(columns)}) as (${tuples(rows, columns.length)}) insert into ${sql.table(table)} (${listOf(columns)}) select ${sql.join(selected)} from given`;
  }

  /** Stores a long name in full, and locks its row until the transaction ends. Parameters: key, name. */
  keepName(): Statement {
    return this.#compiled.once('keep name', () => {
      const { namesTable } = this.#layout;
      const change = this.#dialect.onConflict(namesTable, ['key'], [{ column: 'name', how: 'replace' }]);
      return sql`insert into ${sql.table(namesTable)} (${listOf(namesColumns)}) ${this.#dialect.rows(namesColumns, 1)} ${change}`;
    });
  }
}
