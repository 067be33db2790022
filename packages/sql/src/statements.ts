import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Column } from './dialect/column.js';
import type { Change, Dialect } from './dialect/dialect.js';
import type { SqlTables } from './fetch.js';
import { type Layout, namesColumns, RECORDS_TABLE, recordsColumns } from './layout.js';
import type { Statement } from './session/session.js';

/** Stands for a parameter while a statement is compiled: its place is all that matters. */
const parameter = sql.val(null);

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

  /** Adds rows; parameters: those of `RowWriter`, row by row. */
  insert(rows: number): Statement {
    return this.#once(`insert ${rows}`, () => {
      const { table, columns, key, type } = this.#layout;
      if (type === 'series') {
        return this.#dialect.sequence === 'computed' ? this.#numberedInsert(rows) : this.#plainInsert(rows);
      }
      return sql`insert into ${sql.table(table)} (${names(columns)}) values ${tuples(rows, columns.length)} ${this.#dialect.onConflict(table, key, CHANGES[type])}`;
    });
  }

  #plainInsert(rows: number): RawBuilder<unknown> {
    const { table, columns } = this.#layout;
    const given = columns.filter(({ kind }) => kind !== 'sequence');
    return sql`insert into ${sql.table(table)} (${names(given)}) values ${tuples(rows, given.length)}`;
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
    return sql`with given (${names(columns)}) as (values ${tuples(rows, columns.length)}) insert into ${sql.table(table)} (${names(columns)}) select ${sql.join(selected)} from given`;
  }

  /** Keeps the whole of a long name, and holds its row until the transaction ends; parameters: key, name. */
  keepName(): Statement {
    return this.#once('keep name', () => {
      const { namesTable } = this.#layout;
      const change = this.#dialect.onConflict(namesTable, ['key'], [{ column: 'name', how: 'replace' }]);
      return sql`insert into ${sql.table(namesTable)} (${names(namesColumns)}) values ${tuples(1, 2)} ${change}`;
    });
  }

  /** Parameters: the names, interval, first and last bucket. */
  read(nameCount: number): Statement {
    return this.#once(`read ${nameCount}`, () => {
      const { table } = this.#layout;
      const order = [...(nameCount > 1 ? ['name'] : []), 'bucket', 'resolution'];
      if (this.#layout.type === 'series') order.push('sequence');
      return sql`select ${sql.join(this.readColumns(nameCount).map((column) => this.#dialect.select(column, sql.ref(column.name))))} from ${sql.table(table)} where ${nameIn(nameCount)} and ${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} between ${parameter} and ${parameter} order by ${sql.join(order.map((column) => sql.ref(column)))}`;
    });
  }

  /** The columns of `read`: the name where there are several, the bucket, and the data. */
  readColumns(nameCount: number): readonly Column[] {
    return this.#layout.columns.filter(
      ({ name, kind }) => name !== 'interval' && kind !== 'sequence' && (name !== 'name' || nameCount > 1),
    );
  }

  /** Names with data, with the whole name of those that are digests; parameters: interval and oldest bucket, each. */
  list(intervals: number): Statement {
    return this.#once(`list ${intervals}`, () => {
      const { table, namesTable } = this.#layout;
      const exists = sql`exists (select 1 from ${sql.table(table)} where ${sql.ref(`${table}.name`)} = ${sql.ref('found.name')} and ${sql.ref(`${table}.interval`)} = ${parameter} and ${sql.ref(`${table}.bucket`)} >= ${parameter})`;
      return sql`with recursive found (${sql.ref('name')}) as (select min(${sql.ref('name')}) from ${sql.table(table)} union all ${this.#nextName()}) select ${sql.ref('found.name')}, ${sql.ref('whole.name')} as ${sql.ref('whole')} from found left join ${sql.table(namesTable)} as whole on ${sql.ref('whole.key')} = ${sql.ref('found.name')} where ${sql.ref('found.name')} is not null and (${sql.join(Array(intervals).fill(exists), sql` or `)})`;
    });
  }

  /** Steps from one name to the next by the primary key. */
  #nextName(also: RawBuilder<unknown> = sql``, until: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
    const { table } = this.#layout;
    return sql`select (select min(${sql.ref(`${table}.name`)}) from ${sql.table(table)} where ${sql.ref(`${table}.name`)} > ${sql.ref('found.name')})${also} from found where ${sql.ref('found.name')} is not null${until}`;
  }

  /** Some keys of names in order; parameters: the key that they come after, how many there are at most. */
  nextNames(): Statement {
    return this.#once('next names', () => {
      const { table } = this.#layout;
      const more = this.#nextName(
        sql`, ${sql.ref('found.place')} + 1`,
        sql` and ${sql.ref('found.place')} < ${parameter}`,
      );
      return sql`with recursive found (${sql.ref('name')}, ${sql.ref('place')}) as (select min(${sql.ref('name')}), 1 from ${sql.table(table)} where ${sql.ref('name')} > ${parameter} union all ${more}) select ${sql.ref('name')} from found where ${sql.ref('name')} is not null`;
    });
  }

  /** A row of place, first and last bucket for each; parameters of each: name, interval, oldest bucket, twice. */
  bounds(count: number): Statement {
    return this.#once(`bounds ${count}`, () => {
      const { table } = this.#layout;
      const extreme = (which: RawBuilder<unknown>) =>
        sql`(select ${which}(${sql.ref('bucket')}) from ${sql.table(table)} where ${nameIn(1)} and ${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} >= ${parameter})`;
      const selects = Array.from(
        { length: count },
        (_, place) =>
          sql`select ${sql.lit(place)} as ${sql.ref('place')}, ${extreme(sql`min`)} as ${sql.ref('first')}, ${extreme(sql`max`)} as ${sql.ref('last')}`,
      );
      return sql`${sql.join(selects, sql` union all `)}`;
    });
  }

  /** Parameters: the key of the name. */
  deleteName(): Statement {
    return this.#once(
      'delete name',
      () => sql`delete from ${sql.table(this.#layout.table)} where ${nameIn(1)}`,
    );
  }

  /** Parameters: the key of the name. */
  forgetName(): Statement {
    return this.#once(
      'forget name',
      () => sql`delete from ${sql.table(this.#layout.namesTable)} where ${sql.ref('key')} = ${parameter}`,
    );
  }

  deleteAll(): readonly Statement[] {
    const { namesTable, table } = this.#layout;
    return [namesTable, table].map((each) =>
      this.#once(`delete all ${each}`, () => sql`delete from ${sql.table(each)}`),
    );
  }

  /** Deletes some rows before a bucket; parameters: the names, interval, bucket, how many at most. */
  expire(nameCount: number): Statement {
    return this.#once(`expire ${nameCount}`, () => {
      const where = sql`${nameIn(nameCount)} and ${sql.ref('interval')} = ${parameter} and ${sql.ref('bucket')} < ${parameter}`;
      return this.#dialect.deleteSome(this.#layout.table, this.#layout.key, where, parameter);
    });
  }

  /** Parameters: table name, type. */
  readRecord(): Statement {
    return this.#once(
      'read record',
      () =>
        sql`select ${sql.ref('layout')}, ${sql.ref('record')} from ${sql.table(RECORDS_TABLE)} where ${recordKey}`,
    );
  }

  /** Parameters: those of all columns. */
  addRecord(): Statement {
    return this.#once('add record', () => {
      const unchanged = this.#dialect.onConflict(RECORDS_TABLE, ['table_name', 'type'], []);
      return sql`insert into ${sql.table(RECORDS_TABLE)} (${names(recordsColumns)}) values ${tuples(1, recordsColumns.length)} ${unchanged}`;
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

function tuples(rows: number, width: number): RawBuilder<unknown> {
  const tuple = sql`(${sql.join(Array(width).fill(parameter))})`;
  return sql.join(Array(rows).fill(tuple));
}

function nameIn(count: number): RawBuilder<unknown> {
  const name = sql.ref('name');
  return count === 1
    ? sql`${name} = ${parameter}`
    : sql`${name} in (${sql.join(Array(count).fill(parameter))})`;
}
