import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Column } from './dialect/column.js';
import type { Change, Dialect } from './dialect/dialect.js';
import type { EachBucket } from './dialect/each-bucket.js';
import type { Packing } from './dialect/packing.js';
import { parameter, tuples } from './dialect/parameters.js';
import { whereAll } from './dialect/where.js';
import type { SqlTables } from './fetch.js';
import { textKey } from './key.js';
import { type Layout, namesColumns, recordsColumns, WINDOWS_KEY, windowsColumns } from './layout.js';
import type { Folding } from './read/folding.js';
import type { Statement } from './session/session.js';

const BUCKET = ['interval', 'window', 'name', 'bucket', 'resolution'];

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

  /** Parameters: interval, first and last bucket; then the names, interval, first and last window. */
  read(nameCount: number, coarse: boolean): Statement {
    return this.#once(`read ${nameCount} ${coarse}`, () =>
      this.#select(this.readColumns(nameCount, coarse), nameCount),
    );
  }

  /**
   * What `read` reads of one name, with a column first that alone is taken. The others are asked for so that all plans
   * are the same, and with them the order of rows. Parameters: those of `read`.
   */
  readColumn(column: Column, columns: readonly Column[]): Statement {
    return this.#once(`read column ${column.name} of ${columns.length}`, () => {
      const others = columns.filter((each) => each !== column);
      return this.#select([column, ...others], 1);
    });
  }

  /** A row of each name, with each column packed. Parameters: those of `read`. */
  readPacked(nameCount: number, columns: readonly Column[], packings: readonly Packing[]): Statement {
    return this.#once(`read packed ${nameCount} ${columns.length}`, () => {
      const packed = columns.map(({ name }, place) => packings[place]?.pack(sql.ref(`d.${name}`)));
      const name = sql.ref('e.name');
      return sql`select ${sql.join([name, ...packed])} from ${this.#rowsOf(nameCount)} group by ${name}`;
    });
  }

  #select(columns: readonly Column[], nameCount: number): RawBuilder<unknown> {
    const selected = columns.map((column) => this.#dialect.select(column, sql.ref(`d.${column.name}`)));
    return sql`select ${sql.join(selected)} from ${this.#rowsOf(nameCount)}${this.#dialect.allRows}`;
  }

  #rowsOf(nameCount: number): RawBuilder<unknown> {
    const { table, windowsTable } = this.#layout;
    const rows = this.#dialect.lookUp(windowsTable, table, sql`${ofEntry} and ${inBuckets}`);
    return sql`${rows} where ${nameIn(nameCount, 'e.name')} and ${entryInWindows}`;
  }

  /**
   * The columns of `read`: the bucket and the data, and the name and the resolution where they differ. The rows of a
   * series come with their sequence, since no order of rows is asked for.
   */
  readColumns(nameCount: number, coarse: boolean): readonly Column[] {
    const same = new Set([
      'interval',
      'window',
      ...(nameCount > 1 ? [] : ['name']),
      ...(coarse ? ['resolution'] : []),
    ]);
    return this.#layout.columns.filter(({ name }) => !same.has(name));
  }

  /**
   * Adds rows up: what they are told apart by, what is added up, and whether that is exact. Parameters as in `read`;
   * where the dialect `looksUpWindows`, the names once more.
   */
  fold(nameCount: number, folding: Folding): Statement {
    return this.#once(`fold ${nameCount} ${folding.shape}`, () => {
      const { table, windowsTable } = this.#layout;
      const by = folding.by.map((column) => ({ column, of: sql.ref(`d.${column.name}`) }));
      const selected = [
        ...by.map(({ column, of }) => this.#dialect.select(column, of)),
        ...folding.selected(folding.columns.map(({ of }) => of)),
      ];
      const entries = sql`${nameIn(nameCount, 'e.name')} and ${entryInWindows}`;
      const rows = this.#dialect.looksUpWindows(by.length > 0)
        ? sql`${sql.table(table)} as d where ${sql.ref('d.interval')} = ${parameter} and ${inBuckets} and ${sql.ref('d.window')} ${this.#dialect.anyOf(sql`select ${sql.ref('e.window')} from ${sql.table(windowsTable)} as e where ${entries}`)} and ${nameIn(nameCount, 'd.name')}`
        : sql`${this.#dialect.lookUp(windowsTable, table, sql`${ofEntry} and ${inBuckets}`)} where ${entries}`;
      const groups =
        by.length === 0
          ? sql` having ${folding.present}`
          : sql` group by ${sql.join(by.map(({ of }) => of))}`;
      return sql`select ${sql.join(selected)} from ${rows}${groups}${this.#dialect.allRows}`;
    });
  }

  /** The same of one name, bucket by bucket; parameters: those of `EachBucket`. */
  foldEachBucket(each: EachBucket, folding: Folding): Statement {
    return this.#once(`fold each ${folding.shape}`, () => {
      const { table, windowsTable } = this.#layout;
      const statement = each.statement({
        data: table,
        entries: windowsTable,
        totals: folding.columns.map(({ of }) => of),
        present: folding.present,
        selected: folding.selected,
      });
      return sql`${statement}${this.#dialect.allRows}`;
    });
  }

  /** Which rows are in no partition of their own, where some are. */
  #rest(): readonly RawBuilder<unknown>[] {
    const intervals = [...this.#layout.partitions.keys()];
    return intervals.map((name) => sql`${sql.ref('interval')} <> ${sql.lit(textKey(name))}`);
  }

  /**
   * Names with data, with the whole name of those that are digests; those within some ranges, or all. Parameters of
   * each range: its beginning, its end, its end. Of each interval, as in `LookUp`: interval, first and last window, the
   * window in which the first bucket is, interval, first and last bucket.
   */
  list(intervals: number, ranges: number): Statement {
    return this.#once(`list ${intervals} ${ranges}`, () => {
      const { namesTable, windowsTable } = this.#layout;
      const found = sql.ref('found.name');
      const some = this.#someEntry(found);
      const distinct = this.#dialect.distinctNames(windowsTable, ranges);
      return sql`select ${found}, ${wholeName(namesTable, found)} as ${sql.ref('whole')} from (${distinct}) as found where coalesce(${sql.join([...Array(intervals).fill(some), sql`null`])}) is not null${this.#dialect.allRows}`;
    });
  }

  /** An entry of a name that has data; parameters: those of an interval in `list`. */
  #someEntry(name: RawBuilder<unknown>): RawBuilder<unknown> {
    const { table, windowsTable } = this.#layout;
    const unexpired = sql`${sql.ref('e.deleted')} is null and ${sql.ref('e.window')} > ${parameter}`;
    // Vitess sends no query in a query of a query to the shards.
    const [data, found] =
      this.#dialect.spread === true
        ? [
            sql` left join ${sql.table(table)} as d on ${sameEntry}`,
            sql`(${sql.ref('d.interval')} = ${parameter} and ${inBuckets})`,
          ]
        : [sql``, sql`${this.#extreme(sql`max`)} is not null`];
    return sql`(select 1 from ${sql.table(windowsTable)} as e${this.#dialect.byKey}${data} where ${sql.ref('e.name')} = ${name} and ${entryInWindows} and ((${unexpired}) or ${found}) order by ${sql.ref('e.window')} desc limit 1)`;
  }

  /** The least or greatest bucket of the entry `e`; parameters: interval, first and last bucket. */
  #extreme(which: RawBuilder<unknown>): RawBuilder<unknown> {
    return sql`(select ${which}(${sql.ref('d.bucket')}) from ${sql.table(this.#layout.table)} as d where ${ofEntry} and ${inBuckets})`;
  }

  /**
   * A row of place, first and last bucket for each; parameters of each, twice: interval, first and last bucket; name,
   * interval, first and last window; interval, first and last bucket. Where the dialect is `spread`, the name twice.
   */
  bounds(count: number): Statement {
    return this.#once(`bounds ${count}`, () => {
      const extreme = (which: 'min' | 'max') => {
        const bucket = this.#extreme(sql.raw(which));
        const order = sql.raw(which === 'min' ? 'asc' : 'desc');
        if (this.#dialect.spread === true) return this.#extremeOfName(sql.raw(which), order);
        return sql`(select ${bucket} from ${sql.table(this.#layout.windowsTable)} as e${this.#dialect.byKey} where ${nameIn(1, 'e.name')} and ${entryInWindows} and ${bucket} is not null order by ${sql.ref('e.window')} ${order} limit 1)`;
      };
      const selects = Array.from(
        { length: count },
        (_, place) =>
          sql`select ${sql.lit(place)} as ${sql.ref('place')}, ${extreme('min')} as ${sql.ref('first')}, ${extreme('max')} as ${sql.ref('last')}`,
      );
      return sql`${sql.join(selects, sql` union all `)}${this.#dialect.allRows}`;
    });
  }

  /** The same, of which Vitess finds that all of it is on the shard of the name. */
  #extremeOfName(which: RawBuilder<unknown>, order: RawBuilder<unknown>): RawBuilder<unknown> {
    const { table, windowsTable } = this.#layout;
    const entry = sql`${sql.table(windowsTable)} as e${this.#dialect.byKey} straight_join ${sql.table(table)} as d on ${sameEntry}`;
    const ofInterval = sql`${sql.ref('d.interval')} = ${parameter} and ${inBuckets}`;
    const window = sql`(select ${sql.ref('e.window')} from ${entry} where ${nameIn(1, 'e.name')} and ${entryInWindows} and ${ofInterval} order by ${sql.ref('e.window')} ${order} limit 1)`;
    return sql`(select ${which}(${sql.ref('d.bucket')}) from ${sql.table(table)} as d where ${ofInterval} and ${nameIn(1, 'd.name')} and ${sql.ref('d.window')} = ${window})`;
  }

  /** Parameters: the key of the name, so often. */
  deleteName(): { readonly statement: Statement; readonly times: number } {
    const { table, windowsTable } = this.#layout;
    const statement = this.#once('delete name', () =>
      this.#dialect.deleteInWindows(windowsTable, table, this.#rest()),
    );
    return { statement, times: this.#dialect.name === 'mysql' ? 1 : 3 };
  }

  /** On PostgreSQL; parameters: the key of the name, interval, the key again, interval, first and last bucket. */
  deleteNameInSlice(): Statement {
    return this.#once('delete name in slice', () => {
      const { table, windowsTable } = this.#layout;
      const windows = sql`select ${sql.ref('window')} from ${sql.table(windowsTable)} where ${nameIn(1)} and ${sql.ref('interval')} = ${parameter}`;
      return sql`delete from ${sql.table(table)} where ${sql.ref('window')} = any (array(${windows})) and ${nameIn(1)} and ${inSlice}`;
    });
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
      () => sql`delete from ${sql.table(this.#layout.table)}${whereAll(this.#rest())}`,
    );
  }

  /** Parameters: interval, first and last bucket. */
  deleteSlice(): Statement {
    return this.#once(
      'delete slice',
      () => sql`delete from ${sql.table(this.#layout.table)} where ${inSlice}`,
    );
  }

  /**
   * Deletes some rows; parameters: interval, first and last window, first and last bucket, how many at most. Where
   * there are partitions, interval, first and last bucket come before, so that no others are locked.
   */
  expire(): Statement {
    const { windows, ofSlice, slice } = this.#expiring();
    return this.#once('expire', () =>
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
   * Where a step of `expire` ends, by window and name; parameters: interval, window and name that it begins after, last
   * window, how many rows it skips.
   */
  expireStep(): Statement {
    return this.#once('expire step', () => {
      const place = sql`${sql.ref('window')}, ${sql.ref('name')}`;
      return sql`select ${place} from ${sql.table(this.#layout.table)} where ${sql.ref('interval')} = ${parameter} and (${place}) > (${parameter}, ${parameter}) and ${sql.ref('window')} <= ${parameter} order by ${place} limit 1 offset ${this.#dialect.offset}`;
    });
  }

  /**
   * Deletes what is of one window after a name, up to another; parameters: interval, window, both names, last bucket.
   * In columns apart: PostgreSQL would not stop at the end of a range of several.
   */
  expireNames(): Statement {
    return this.#once('expire names', () => {
      const [window, name] = [sql.ref('window'), sql.ref('name')];
      return sql`delete from ${sql.table(this.#layout.table)} where ${sql.ref('interval')} = ${parameter} and ${window} = ${parameter} and ${name} > ${parameter} and ${name} <= ${parameter} and ${sql.ref('bucket')} <= ${parameter}`;
    });
  }

  /** Deletes from a window and name on, up to a window; parameters: interval, window, name, last window, last bucket. */
  expireWindows(): Statement {
    return this.#once('expire windows', () => {
      const [window, name] = [sql.ref('window'), sql.ref('name')];
      return sql`delete from ${sql.table(this.#layout.table)} where ${sql.ref('interval')} = ${parameter} and (${window}, ${name}) > (${parameter}, ${parameter}) and ${window} <= ${parameter} and ${sql.ref('bucket')} <= ${parameter}`;
    });
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

  /** The same of a name in some windows; parameters: interval, the windows, name, first and last bucket, how many. */
  expireName(windows: number): Statement {
    return this.#once(`expire name ${windows}`, () => {
      const { ofSlice, slice } = this.#expiring();
      const where = sql`${sql.ref('interval')} = ${parameter} and ${sql.ref('window')} in (${sql.join(Array(windows).fill(parameter))}) and ${nameIn(1)} and ${slice}`;
      return this.#dialect.deleteSome(this.#layout.table, this.#layout.key, where, parameter, ofSlice);
    });
  }

  /** Enters windows; parameters as in `insert`: name, interval and window of each. */
  enter(entries: number): Statement {
    return this.#once(`enter ${this.#dialect.asArrays(entries) ? 'arrays' : entries}`, () => {
      const { windowsTable } = this.#layout;
      const columns = windowsColumns.filter(({ name }) => WINDOWS_KEY.includes(name));
      const clear = this.#dialect.onConflict(windowsTable, WINDOWS_KEY, [
        { column: 'deleted', how: 'clear' },
      ]);
      return sql`insert into ${sql.table(windowsTable)} (${names(columns)}) ${this.#dialect.rows(columns, entries)} ${clear}`;
    });
  }

  /** Parameters: name, interval, first and last window. */
  windowsOfName(): Statement {
    return this.#once(
      'windows of name',
      () =>
        sql`select ${sql.ref('e.window')} from ${sql.table(this.#layout.windowsTable)} as e where ${nameIn(1, 'e.name')} and ${entryInWindows}${this.#dialect.allRows}`,
    );
  }

  /** Parameters: name. */
  intervalsOfName(): Statement {
    return this.#once(
      'intervals of name',
      () =>
        sql`select distinct ${sql.ref('interval')} from ${sql.table(this.#layout.windowsTable)} where ${nameIn(1)}`,
    );
  }

  /** Marks entries: one has to look whether there is data. Parameters: those of what is marked, in this order. */
  mark(of: { readonly name: boolean; readonly windows: boolean }): Statement {
    return this.#once(`mark ${of.name} ${of.windows}`, () => {
      const conditions = [
        ...(of.name ? [nameIn(1)] : []),
        ...(of.windows
          ? [
              sql`${sql.ref('interval')} = ${parameter} and ${of.name ? sql.ref('window') : this.#dialect.expiryWindow} <= ${parameter}`,
            ]
          : []),
        // In a form that leads no planner to the index of what is marked.
        sql`coalesce(${sql.ref('deleted')}, -1) = -1`,
      ];
      // Of one name, Vitess takes any number of them where the statement says how many.
      const any = of.name && this.#dialect.spread === true ? this.#dialect.allRows : sql``;
      return sql`update ${sql.table(this.#layout.windowsTable)} set ${sql.ref('deleted')} = ${this.#dialect.now}${whereAll(conditions)}${any}`;
    });
  }

  /** Names with entries that were marked long ago; parameters: seconds, how many names at most. */
  markedNames(): Statement {
    return this.#once(
      'marked names',
      () =>
        sql`select name from ${sql.table(this.#layout.windowsTable)} where ${this.#markedBefore()} group by name limit ${parameter}`,
    );
  }

  /**
   * Removes some entries that were marked long ago and are of no data, outside of partitions; parameters: seconds,
   * twice where rows are deleted by their keys, how many at most.
   */
  removeMarked(ofName: readonly RawBuilder<unknown>[] = []): Statement {
    return this.#once(`remove marked ${ofName.length}`, () => {
      const { table, windowsTable } = this.#layout;
      const of = (column: string) => sql`${sql.ref(`d.${column}`)} = ${sql.ref(`${windowsTable}.${column}`)}`;
      const same = WINDOWS_KEY.map(of);
      const data = sql`(select max(${sql.ref('d.bucket')}) from ${sql.table(table)} as d${whereAll([...same, ...this.#rest()])})`;
      const where = sql.join(
        [...ofName, this.#markedBefore(), ...this.#rest(), sql`${data} is null`],
        sql` and `,
      );
      return this.#dialect.deleteSome(windowsTable, WINDOWS_KEY, where, parameter, this.#markedBefore());
    });
  }

  /** Marks what is left of these anew; parameters: seconds. */
  markAgain(ofName: readonly RawBuilder<unknown>[] = []): Statement {
    return this.#once(`mark again ${ofName.length}`, () => {
      const where = whereAll([...ofName, this.#markedBefore(), ...this.#rest()]);
      const any = ofName.length > 0 ? this.#dialect.allRows : sql``;
      return sql`update ${sql.table(this.#layout.windowsTable)} set ${sql.ref('deleted')} = ${this.#dialect.now}${where}${any}`;
    });
  }

  /** The same two of one name, whose key comes first. */
  cleanName(): { readonly remove: Statement; readonly markAgain: Statement } {
    const ofName = [nameIn(1)];
    return { remove: this.removeMarked(ofName), markAgain: this.markAgain(ofName) };
  }

  /** Removes entries of an interval before a window that were marked long ago; parameters: interval, window, seconds. */
  removeExpired(): Statement {
    return this.#once(
      'remove expired',
      () =>
        sql`delete from ${sql.table(this.#layout.windowsTable)} where ${sql.ref('interval')} = ${parameter} and ${this.#dialect.expiryWindow} < ${parameter} and ${this.#markedBefore()}`,
    );
  }

  #markedBefore(): RawBuilder<unknown> {
    return sql`${sql.ref('deleted')} < ${this.#dialect.now} - ${parameter}`;
  }

  /** Parameters: table name, type. */
  readRecord(): Statement {
    return this.#once(
      'read record',
      () =>
        sql`select ${sql.ref('layout')}, ${sql.ref('record')} from ${sql.table(this.#layout.recordsTable)} where ${recordKey}${this.#dialect.allRows}`,
    );
  }

  /** Parameters: those of all columns. */
  addRecord(): Statement {
    return this.#once('add record', () => {
      const unchanged = this.#dialect.onConflict(this.#layout.recordsTable, ['table_name', 'type'], []);
      return sql`insert into ${sql.table(this.#layout.recordsTable)} (${names(recordsColumns)}) ${tuples(1, recordsColumns.length)} ${unchanged}`;
    });
  }

  /** Parameters: the new text, table name, type, and the expected text where one is expected. */
  replaceRecord(expected: boolean): Statement {
    const condition = expected ? sql`= ${parameter}` : sql`is null`;
    return this.#once(
      `replace record ${expected}`,
      () =>
        sql`update ${sql.table(this.#layout.recordsTable)} set ${sql.ref('record')} = ${parameter} where ${recordKey} and ${sql.ref('record')} ${condition}`,
    );
  }

  /** Parameters: table name, type. */
  forgetRecord(): Statement {
    return this.#once(
      'forget record',
      () =>
        sql`update ${sql.table(this.#layout.recordsTable)} set ${sql.ref('record')} = null where ${recordKey}`,
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

/** The rows `d` of the entry `e`; parameters: interval, by which PostgreSQL knows the partitions. */
const ofEntry = sql`${sql.ref('d.interval')} = ${parameter} and ${sql.ref('d.window')} = ${sql.ref('e.window')} and ${sql.ref('d.name')} = ${sql.ref('e.name')}`;

/** The rows `d` of the entry `e`, without parameters. */
const sameEntry = sql.join(
  WINDOWS_KEY.map((column) => sql`${sql.ref(`d.${column}`)} = ${sql.ref(`e.${column}`)}`),
  sql` and `,
);

/** Parameters: first and last bucket. */
const inBuckets = sql`${sql.ref('d.bucket')} >= ${parameter} and ${sql.ref('d.bucket')} <= ${parameter}`;

/** Parameters: interval, first and last window. */
const entryInWindows = sql`${sql.ref('e.interval')} = ${parameter} and ${sql.ref('e.window')} >= ${parameter} and ${sql.ref('e.window')} <= ${parameter}`;

function wholeName(namesTable: string, key: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select ${sql.ref(`${namesTable}.name`)} from ${sql.table(namesTable)} where ${sql.ref('key')} = ${key})`;
}

function nameIn(count: number, column = 'name'): RawBuilder<unknown> {
  const name = sql.ref(column);
  return count === 1
    ? sql`${name} = ${parameter}`
    : sql`${name} in (${sql.join(Array(count).fill(parameter))})`;
}
