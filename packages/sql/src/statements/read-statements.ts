import { type RawBuilder, sql } from 'kysely';
import type { Column } from '../dialect/column.js';
import type { Dialect } from '../dialect/dialect.js';
import type { EachBucket } from '../dialect/each-bucket.js';
import type { Packing } from '../dialect/packing.js';
import { parameter } from '../dialect/parameters.js';
import type { Layout } from '../layout.js';
import type { Folding } from '../read/folding.js';
import type { Session, Statement } from '../session/session.js';
import { Compiled } from './compiled.js';
import { entryInWindows, inBuckets, nameIn, ofEntry, sameEntry } from './fragments.js';

/** Statements that read buckets, list names, and find bounds. */
export class ReadStatements {
  readonly #layout: Layout;
  readonly #dialect: Dialect;
  readonly #compiled: Compiled;

  constructor(layout: Layout, { dialect, kysely }: Session) {
    this.#layout = layout;
    this.#dialect = dialect;
    this.#compiled = new Compiled(kysely);
  }

  /** Parameters: interval, first and last bucket; then the names, interval, first and last window. */
  read(nameCount: number, coarse: boolean): Statement {
    return this.#compiled.once(`read ${nameCount} ${coarse}`, () =>
      this.#select(this.readColumns(nameCount, coarse), nameCount),
    );
  }

  /**
   * Reads what `read` does, for one name. Only the first column is used. The statement selects the others
   * too, so that all columns have the same plan and therefore the same order of rows. Parameters: those of
   * `read`.
   */
  readColumn(column: Column, columns: readonly Column[]): Statement {
    return this.#compiled.once(`read column ${column.name} of ${columns.length}`, () => {
      const others = columns.filter((each) => each !== column);
      return this.#select([column, ...others], 1);
    });
  }

  /** Returns a row per name, with each column packed. Parameters: those of `read`. */
  readPacked(nameCount: number, columns: readonly Column[], packings: readonly Packing[]): Statement {
    return this.#compiled.once(`read packed ${nameCount} ${columns.length}`, () => {
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
   * The columns of `read`: bucket and data, plus name and resolution if they vary. For a series the sequence
   * is included, since the statement asks for no order.
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
   * Adds up rows. Selects the grouping columns, the totals, and whether these are exact. Parameters as in
   * `read`; if the dialect `looksUpWindows`, then the names again.
   */
  fold(nameCount: number, folding: Folding): Statement {
    return this.#compiled.once(`fold ${nameCount} ${folding.shape}`, () => {
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

  /** Does the same for one name, bucket by bucket. Parameters: those of `EachBucket`. */
  foldEachBucket(each: EachBucket, folding: Folding): Statement {
    return this.#compiled.once(`fold each ${folding.shape}`, () => {
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

  /**
   * Selects names that have data, with the full name for each digest. Covers some ranges, or all names.
   * Parameters of each range: its beginning, its end, its end. If the dialect has `lastEntries`, of each
   * interval: interval, first and last window that surely has data unless it is marked. Then of each
   * interval: interval, first and last window, window of the first bucket, interval, first and last bucket.
   */
  list(intervals: number, ranges: number): Statement {
    return this.#compiled.once(`list ${intervals} ${ranges}`, () => {
      const { namesTable, windowsTable } = this.#layout;
      const found = sql.ref('found.name');
      const each = (condition: RawBuilder<unknown>) => Array<RawBuilder<unknown>>(intervals).fill(condition);
      const hasData = sql`coalesce(${sql.join([...each(this.#someEntry(found)), sql`null`])}) is not null`;
      const lastEntries = this.#dialect.lastEntries?.(windowsTable, ranges);
      const names = lastEntries ?? this.#dialect.distinctNames(windowsTable, ranges);
      const where =
        lastEntries === undefined
          ? hasData
          : sql`${sql.ref('found.deleted')} is null and (${sql.join(each(LAST_IN_WINDOWS), sql` or `)}) or ${hasData}`;
      return sql`select ${found}, ${wholeName(namesTable, found)} as ${sql.ref('whole')} from (${names}) as found where ${where}${this.#dialect.allRows}`;
    });
  }

  /** An entry that proves that a name has data. Parameters: those of an interval in `list`. */
  #someEntry(name: RawBuilder<unknown>): RawBuilder<unknown> {
    const { table, windowsTable } = this.#layout;
    const unexpired = sql`${sql.ref('e.deleted')} is null and ${sql.ref('e.window')} > ${parameter}`;
    // Vitess does not send doubly nested queries to the shards.
    const [data, found] =
      this.#dialect.spread === true
        ? [
            sql` left join ${sql.table(table)} as d on ${sameEntry}`,
            sql`(${sql.ref('d.interval')} = ${parameter} and ${inBuckets})`,
          ]
        : [sql``, sql`${this.#extreme(sql`max`)} is not null`];
    return sql`(select 1 from ${sql.table(windowsTable)} as e${this.#dialect.byKey}${data} where ${sql.ref('e.name')} = ${name} and ${entryInWindows} and ((${unexpired}) or ${found}) order by ${sql.ref('e.window')} desc limit 1)`;
  }

  /** The minimum or maximum bucket of the entry `e`. Parameters: interval, first and last bucket. */
  #extreme(which: RawBuilder<unknown>): RawBuilder<unknown> {
    return sql`(select ${which}(${sql.ref('d.bucket')}) from ${sql.table(this.#layout.table)} as d where ${ofEntry} and ${inBuckets})`;
  }

  /**
   * Selects place, first and last bucket for each look-up. Parameters of each, twice: interval, first and
   * last bucket; name, interval, first and last window; interval, first and last bucket.
   */
  bounds(count: number): Statement {
    return this.#compiled.once(`bounds ${count}`, () => {
      const extreme: End = (which, order) => {
        const bucket = this.#extreme(which);
        return sql`(select ${bucket} from ${sql.table(this.#layout.windowsTable)} as e${this.#dialect.byKey} where ${nameIn(1, 'e.name')} and ${entryInWindows} and ${bucket} is not null order by ${sql.ref('e.window')} ${order} limit 1)`;
      };
      return this.#endsOfEach(count, extreme);
    });
  }

  /**
   * For Vitess, whose nested queries know their shard only if the name is short. Selects place, first and
   * last window with data for each look-up. Parameters of each, twice: name, interval, first and last window;
   * interval, first and last bucket.
   */
  boundingWindows(count: number): Statement {
    return this.#compiled.once(`bounding windows ${count}`, () => {
      const { table, windowsTable } = this.#layout;
      const entry = sql`${sql.table(windowsTable)} as e${this.#dialect.byKey} straight_join ${sql.table(table)} as d on ${sameEntry}`;
      const window: End = (_, order) =>
        sql`(select ${sql.ref('e.window')} from ${entry} where ${nameIn(1, 'e.name')} and ${entryInWindows} and ${ofInterval} order by ${sql.ref('e.window')} ${order} limit 1)`;
      return this.#endsOfEach(count, window);
    });
  }

  /**
   * Selects place, first bucket of one window and last bucket of another for each look-up. Parameters of
   * each, twice: name, window; interval, first and last bucket.
   */
  boundsInWindows(count: number): Statement {
    return this.#compiled.once(`bounds in windows ${count}`, () =>
      this.#endsOfEach(
        count,
        (which) =>
          sql`(select ${which}(${sql.ref('d.bucket')}) from ${sql.table(this.#layout.table)} as d where ${nameIn(1, 'd.name')} and ${sql.ref('d.window')} = ${parameter} and ${ofInterval})`,
      ),
    );
  }

  #endsOfEach(count: number, end: End): RawBuilder<unknown> {
    const [first, last] = [end(sql`min`, sql`asc`), end(sql`max`, sql`desc`)];
    const selects = Array.from(
      { length: count },
      (_, place) =>
        sql`select ${sql.lit(place)} as ${sql.ref('place')}, ${first} as ${sql.ref('first')}, ${last} as ${sql.ref('last')}`,
    );
    return sql`${sql.join(selects, sql` union all `)}${this.#dialect.allRows}`;
  }
}

/** A query of the first bucket or window, or of the last: `min` in ascending order, or `max` in descending order. */
type End = (which: RawBuilder<unknown>, order: RawBuilder<unknown>) => RawBuilder<unknown>;

/** Parameters: interval, first and last bucket. */
const ofInterval = sql`${sql.ref('d.interval')} = ${parameter} and ${inBuckets}`;

/** Parameters: interval, first and last window. */
const LAST_IN_WINDOWS = sql`${sql.ref('found.interval')} = ${parameter} and ${sql.ref('found.window')} >= ${parameter} and ${sql.ref('found.window')} <= ${parameter}`;

/** The full name for a key that is a digest. */
function wholeName(namesTable: string, key: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select ${sql.ref(`${namesTable}.name`)} from ${sql.table(namesTable)} where ${sql.ref('key')} = ${key})`;
}
