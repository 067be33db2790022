import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Column } from './dialect/column.js';
import type { Change, Dialect } from './dialect/dialect.js';
import { parameter, tuples } from './dialect/parameters.js';
import { whereAll } from './dialect/where.js';
import type { SqlTables } from './fetch.js';
import { textKey } from './key.js';
import { type Layout, namesColumns, RECORDS_TABLE, recordsColumns } from './layout.js';
import type { Statement } from './session/session.js';

const BUCKET = ['name', 'interval', 'bucket', 'resolution'];

/** The columns that a write adds to, or replaces, by type. */
const CHANGES: Record<Layout['type'], readonly Change[]> = {
  count: [{ column: 'amount', how: 'add' }],
  gauge: [{ column: 'value', how: 'replace' }],
  series: [],
  histogram: [{ column: 'count', how: 'add' }],
  set: [],
};

/** The statements of one timeseries. Each shape is compiled once, with its parameters in order of appearance. */
export class Statements {
  readonly #layout: Layout;
  readonly #dialect: Dialect;
  readonly #kysely: Kysely<SqlTables>;
  readonly #compiled = new Map<string, Statement>();

  constructor(layout: Layout, dialect: Dialect, kysely: Kysely<SqlTables>) {
    this.#layout = layout;
    this.#dialect = dialect;
    this.#kysely = kysely;
  }

  /** Adds rows; parameters: those of `RowFormat.append`, row by row, or column by column in arrays. */
  insert(rows: number): Statement {
    return this.#once(`insert ${this.#dialect.asArrays(rows) ? 'arrays' : rows}`, () => {
      const { table, columns, key, type } = this.#layout;
      const numbered = type === 'series' && this.#dialect.sequence === 'computed';
      if (numbered) return this.#numberedInsert(rows);
      const given = columns.filter(({ kind }) => kind !== 'sequence');
      const source = this.#dialect.rows(given, rows);
      const conflict =
        type === 'series' ? sql`` : sql` ${this.#dialect.onConflict(table, key, CHANGES[type])}`;
      return sql`insert into ${sql.table(table)} (${names(given)}) ${source}${conflict}`;
    });
  }

  /** Numbers the values of each bucket from the last one on. */
  #numberedInsert(rows: number): RawBuilder<unknown> {
    const { table, columns } = this.#layout;
    const bucket = BUCKET.map(
      (column) => sql`${sql.ref(`${table}.${column}`)} = ${sql.ref(`given.${column}`)}`,
    );
    const last = sql`(select coalesce(max(${sql.ref(`${table}.sequence`)}), 0) from ${sql.table(table)} where ${sql.join(bucket, sql` and `)})`;
    const selected = columns.map(({ name, kind }) =>
      kind === 'sequence' ? sql`${last} + ${sql.ref(`given.${name}`)}` : sql.ref(`given.${name}`),
    );
    return sql`with given (${names(columns)}) as (${tuples(rows, columns.length)}) insert into ${sql.table(table)} (${names(columns)}) select ${sql.join(selected)} from given`;
  }

  /** Keeps the whole of a long name, and holds its row until the transaction ends; parameters: key, name. */
  keepName(): Statement {
    return this.#once('keep name', () => {
      const { namesTable } = this.#layout;
      const change = this.#dialect.onConflict(namesTable, ['key'], [{ column: 'name', how: 'replace' }]);
      return sql`insert into ${sql.table(namesTable)} (${names(namesColumns)}) ${tuples(1, 2)} ${change}`;
    });
  }

  /** Parameters: the names, interval, first and last bucket. */
  read(nameCount: number, coarse: boolean): Statement {
    return this.#once(`read ${nameCount} ${coarse}`, () => {
      const { table } = this.#layout;
      const columns = this.readColumns(nameCount, coarse);
      const selected = columns.map((column) => this.#dialect.select(column, sql.ref(column.name)));
      const order = [...(nameCount > 1 ? ['name'] : []), 'bucket', 'resolution'];
      if (this.#layout.type === 'series') order.push('sequence');
      return sql`select ${sql.join(selected)} from ${sql.table(table)} where ${nameIn(nameCount)} and ${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} >= ${parameter} and ${sql.ref('bucket')} <= ${parameter} order by ${sql.join(order.map((column) => sql.ref(column)))}${this.#dialect.allRows}`;
    });
  }

  /** The columns of `read`: the bucket and the data, and the name and the resolution where they differ. */
  readColumns(nameCount: number, coarse: boolean): readonly Column[] {
    const same = new Set(['interval', ...(nameCount > 1 ? [] : ['name']), ...(coarse ? ['resolution'] : [])]);
    return this.#layout.columns.filter(({ name, kind }) => kind !== 'sequence' && !same.has(name));
  }

  /** Which rows are in no partition of their own, where some are. */
  #rest(): RawBuilder<unknown> | undefined {
    const intervals = [...this.#layout.partitions.keys()];
    if (intervals.length === 0) return undefined;
    const others = intervals.map((name) => sql`${sql.ref('interval')} <> ${sql.lit(textKey(name))}`);
    return sql.join(others, sql` and `);
  }

  #withRest(...conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
    const rest = this.#rest();
    return whereAll(rest === undefined ? conditions : [...conditions, rest]);
  }

  /** Names with data, with the whole name of those that are digests; parameters: interval and oldest bucket, each. */
  list(intervals: number): Statement {
    return this.#once(`list ${intervals}`, () => {
      const { table, namesTable } = this.#layout;
      const column = (name: string) => sql.ref(`${table}.${name}`);
      const found = sql.ref('found.name');
      // Planners make scans of EXISTS and of outer joins; the greatest bucket stays a look-up.
      const unexpired = sql`(select max(${column('bucket')}) from ${sql.table(table)} where ${column('name')} = ${found} and ${column('interval')} = ${parameter} and ${column('bucket')} >= ${parameter})`;
      const whole = wholeName(namesTable, found);
      return sql`select ${found}, ${whole} as ${sql.ref('whole')} from (${this.#dialect.distinctNames(table, undefined, this.#rest())}) as found where coalesce(${sql.join([...Array(intervals).fill(unexpired), sql`null`])}) is not null${this.#dialect.allRows}`;
    });
  }

  /** The same in a slice; parameters: interval, first and last bucket, twice. */
  listSlice(): Statement {
    return this.#once('list slice', () => {
      const { table, namesTable } = this.#layout;
      const found = sql.ref('found.name');
      const names = this.#dialect.distinctNames(table, undefined, inSlice);
      return sql`select ${found}, ${wholeName(namesTable, found)} as ${sql.ref('whole')} from (${names}) as found${this.#dialect.allRows}`;
    });
  }

  /** Some keys of names in order; parameters: the key that they come after, how many there are at most. */
  nextNames(): Statement {
    const page = { after: parameter, limit: parameter };
    return this.#once('next names', () =>
      this.#dialect.distinctNames(this.#layout.table, page, this.#rest()),
    );
  }

  /** The same in a slice; parameters: interval, first and last bucket, the key, these again, how many. */
  nextNamesOfSlice(): Statement {
    const page = { after: parameter, limit: parameter };
    return this.#once('next names of slice', () =>
      this.#dialect.distinctNames(this.#layout.table, page, inSlice),
    );
  }

  /**
   * A row of place, first and last bucket for each; parameters of each, twice: name, interval, oldest bucket, and the
   * last one of a slice.
   */
  bounds(count: number, slice = false): Statement {
    return this.#once(`bounds ${count} ${slice}`, () => {
      const { table } = this.#layout;
      const end = slice ? sql` and ${sql.ref('bucket')} <= ${parameter}` : sql``;
      const extreme = (which: RawBuilder<unknown>) =>
        sql`(select ${which}(${sql.ref('bucket')}) from ${sql.table(table)} where ${nameIn(1)} and ${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} >= ${parameter}${end})`;
      const selects = Array.from(
        { length: count },
        (_, place) =>
          sql`select ${sql.lit(place)} as ${sql.ref('place')}, ${extreme(sql`min`)} as ${sql.ref('first')}, ${extreme(sql`max`)} as ${sql.ref('last')}`,
      );
      return sql`${sql.join(selects, sql` union all `)}${this.#dialect.allRows}`;
    });
  }

  /** Parameters: the key of the name. */
  deleteName(): Statement {
    return this.#once(
      'delete name',
      () => sql`delete from ${sql.table(this.#layout.table)}${this.#withRest(nameIn(1))}`,
    );
  }

  /** Parameters: the key of the name, interval, first and last bucket. */
  deleteNameInSlice(): Statement {
    return this.#once(
      'delete name in slice',
      () => sql`delete from ${sql.table(this.#layout.table)} where ${nameIn(1)} and ${inSlice}`,
    );
  }

  /** Parameters: the key of the name. */
  forgetName(): Statement {
    return this.#once(
      'forget name',
      () => sql`delete from ${sql.table(this.#layout.namesTable)} where ${sql.ref('key')} = ${parameter}`,
    );
  }

  deleteAllNames(): Statement {
    return this.#once('delete all names', () => sql`delete from ${sql.table(this.#layout.namesTable)}`);
  }

  deleteAll(): Statement {
    return this.#once(
      'delete all',
      () => sql`delete from ${sql.table(this.#layout.table)}${this.#withRest()}`,
    );
  }

  /** Parameters: interval, first and last bucket. */
  deleteSlice(): Statement {
    return this.#once(
      'delete slice',
      () => sql`delete from ${sql.table(this.#layout.table)} where ${inSlice}`,
    );
  }

  /** Deletes some rows before a bucket; parameters: the names, interval, bucket, how many at most. */
  expire(nameCount: number): Statement {
    return this.#once(`expire ${nameCount}`, () => {
      const where = sql`${nameIn(nameCount)} and ${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} < ${parameter}`;
      return this.#dialect.deleteSome(this.#layout.table, this.#layout.key, where, parameter);
    });
  }

  /** The same in a slice; parameters: interval, first and last bucket, the names, these again, how many at most. */
  expireSlice(nameCount: number): Statement {
    return this.#once(`expire slice ${nameCount}`, () => {
      const { key, table } = this.#layout;
      return this.#dialect.deleteSome(
        table,
        key,
        sql`${nameIn(nameCount)} and ${inSlice}`,
        parameter,
        inSlice,
      );
    });
  }

  /** Parameters: table name, type. */
  readRecord(): Statement {
    return this.#once(
      'read record',
      () =>
        sql`select ${sql.ref('layout')}, ${sql.ref('record')} from ${sql.table(RECORDS_TABLE)} where ${recordKey}${this.#dialect.allRows}`,
    );
  }

  /** Parameters: those of all columns. */
  addRecord(): Statement {
    return this.#once('add record', () => {
      const unchanged = this.#dialect.onConflict(RECORDS_TABLE, ['table_name', 'type'], []);
      return sql`insert into ${sql.table(RECORDS_TABLE)} (${names(recordsColumns)}) ${tuples(1, recordsColumns.length)} ${unchanged}`;
    });
  }

  /** Parameters: the new text, table name, type, and the expected text where one is expected. */
  replaceRecord(expected: boolean): Statement {
    const condition = expected ? sql`= ${parameter}` : sql`is null`;
    return this.#once(
      `replace record ${expected}`,
      () =>
        sql`update ${sql.table(RECORDS_TABLE)} set ${sql.ref('record')} = ${parameter} where ${recordKey} and ${sql.ref('record')} ${condition}`,
    );
  }

  /** Parameters: table name, type. */
  forgetRecord(): Statement {
    return this.#once(
      'forget record',
      () => sql`update ${sql.table(RECORDS_TABLE)} set ${sql.ref('record')} = null where ${recordKey}`,
    );
  }

  #once(shape: string, build: () => RawBuilder<unknown>): Statement {
    const found = this.#compiled.get(shape);
    if (found !== undefined) return found;
    const statement = { sql: build().compile(this.#kysely).sql };
    this.#compiled.set(shape, statement);
    return statement;
  }
}

const recordKey = sql`${sql.ref('table_name')} = ${parameter} and ${sql.ref('type')} = ${parameter}`;

function names(columns: readonly Column[]): RawBuilder<unknown> {
  return sql.join(columns.map(({ name }) => sql.ref(name)));
}

/** Parameters: interval, first and last bucket. PostgreSQL looks at the partitions alone in which they can be. */
const inSlice = sql`${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} >= ${parameter} and ${sql.ref('bucket')} <= ${parameter}`;

function wholeName(namesTable: string, key: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select ${sql.ref(`${namesTable}.name`)} from ${sql.table(namesTable)} where ${sql.ref('key')} = ${key})`;
}

function nameIn(count: number): RawBuilder<unknown> {
  const name = sql.ref('name');
  return count === 1
    ? sql`${name} = ${parameter}`
    : sql`${name} in (${sql.join(Array(count).fill(parameter))})`;
}
