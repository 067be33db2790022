import type { BucketWrite, Retention } from '@kairos/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { createMissing } from './create-missing.js';
import type { Creation } from './dialect/dialect.js';
import { bareName, inSchema } from './dialect/table-name.js';
import type { SqlTables } from './fetch.js';
import { sha256, textKey } from './key.js';
import type { Layout } from './layout.js';
import type { Session } from './session/session.js';
import { ALL, type Slice } from './windows.js';

/** PostgreSQL truncates longer identifiers. */
const LONGEST_IDENTIFIER = 63;

/**
 * The partitions of a table on PostgreSQL: by list of interval, then by range of bucket. For the option
 * `{ minute: 1440 }`:
 *
 * | table | is |
 * |---|---|
 * | `kairos_count` | partitioned by list of `interval` |
 * | `kairos_count_rest` | the intervals that the option does not name |
 * | `kairos_count_minute_parts` | the interval `minute`, partitioned by range of `bucket` |
 * | `kairos_count_minute_p19675` | its 1440 buckets from 19675 × 1440 on |
 *
 * A digest follows two underscores. No table name ends with two underscores, and no interval begins with
 * them.
 */
function partitionName({ schema, table: parent }: Layout, interval: string, suffix: string): string {
  const table = bareName(parent);
  const plain = /^[a-z0-9]{1,20}$/.test(interval) ? interval : `_${digest(interval)}`;
  const name = `${table}_${plain}_${suffix}`;
  const short = name.length <= LONGEST_IDENTIFIER;
  return inSchema(schema, short ? name : `${table.slice(0, 30)}__${digest(name)}_${suffix}`);
}

function digest(text: string): string {
  return sha256(text).toString('hex').slice(0, 10);
}

/** Statements that create the partitions that are independent of buckets. */
export function partitionedCreations(layout: Layout, kysely: Kysely<SqlTables>): readonly Creation[] {
  const table = sql.table(layout.table);
  const rest = `${layout.table}_rest`;
  const creations = [creation(rest, sql`partition of ${table} default`, kysely)];
  for (const interval of layout.partitions.keys()) {
    const parts = partitionName(layout, interval, 'parts');
    const key = sql.lit(textKey(interval));
    const definition = sql`partition of ${table} for values in (${key}) partition by range (bucket)`;
    creations.push(creation(parts, definition, kysely));
  }
  return creations;
}

/** Creates one range of buckets of an interval. */
function rangeCreation(layout: Layout, interval: string, index: number, kysely: Kysely<SqlTables>): Creation {
  const size = layout.partitions.get(interval) ?? 1;
  const part = partitionName(layout, interval, `p${index < 0 ? 'n' : ''}${Math.abs(index)}`);
  const parts = sql.table(partitionName(layout, interval, 'parts'));
  const [from, to] = [sql.lit(index * size), sql.lit((index + 1) * size)];
  return creation(part, sql`partition of ${parts} for values from (${from}) to (${to})`, kysely);
}

function creation(table: string, definition: RawBuilder<unknown>, kysely: Kysely<SqlTables>): Creation {
  const statement = sql`create table if not exists ${sql.table(table)} ${definition}`;
  return { table, statement: { sql: statement.compile(kysely).sql } };
}

/** Statements that create the ranges of an interval between two buckets. */
export function rangeCreations(
  layout: Layout,
  kysely: Kysely<SqlTables>,
  range: { readonly interval: string; readonly first: number; readonly last: number },
): readonly Creation[] {
  const size = layout.partitions.get(range.interval) ?? 1;
  const creations: Creation[] = [];
  for (let index = Math.floor(range.first / size); index <= Math.floor(range.last / size); index++) {
    creations.push(rangeCreation(layout, range.interval, index, kysely));
  }
  return creations;
}

/**
 * Maximum number of partitions per statement, or per transaction of bulk inserts. Each partition and its
 * index stay locked until the transaction ends, and the server's locks are limited to `LOCKS_ON_SERVER`.
 */
const MOST_PARTITIONS = 64;
const LOCKS_ON_SERVER = sql`select cast(current_setting('max_locks_per_transaction') as bigint) * (cast(current_setting('max_connections') as bigint) + cast(current_setting('max_prepared_transactions') as bigint))`;

/** Maximum share of the server's locks that one statement takes. */
const SHARE_OF_LOCKS = 1 / 64;
const LOCKS_OF_READ = 2;
/** A table with its index, and its table of long values with another index. */
const LOCKS_OF_CREATION = 4;

/** Number of tables to look up in one statement. */
const LOOKED_FOR = 500;

/** Creates a range on the first write to it, and drops ranges past their retention. */
export class Partitions {
  readonly #layout: Layout;
  readonly #session: Session;
  readonly #known = new Set<string>();
  readonly #locks: number;

  private constructor(layout: Layout, session: Session, locks: number) {
    this.#layout = layout;
    this.#session = session;
    this.#locks = locks;
  }

  static async of(layout: Layout, session: Session): Promise<Partitions> {
    if (layout.partitions.size === 0) return new Partitions(layout, session, 0);
    const [[locks] = []] = await session.rows(LOCKS_ON_SERVER.compile(session.kysely), []);
    return new Partitions(layout, session, Number(locks) * SHARE_OF_LOCKS);
  }

  #most(locksOfEach: number): number {
    return Math.min(MOST_PARTITIONS, Math.max(1, Math.floor(this.#locks / locksOfEach)));
  }

  has(interval: string): boolean {
    return this.#layout.partitions.has(interval);
  }

  /** Whether no interval is partitioned. */
  get none(): boolean {
    return this.#layout.partitions.size === 0;
  }

  get intervals(): Iterable<string> {
    return this.#layout.partitions.keys();
  }

  /** Splits a retention into that of partitioned intervals and the rest. */
  divide(retention: Retention): { readonly partitioned: Retention; readonly rest: Retention } {
    const all = [...retention];
    return {
      partitioned: new Map(all.filter(([interval]) => this.has(interval))),
      rest: new Map(all.filter(([interval]) => !this.has(interval))),
    };
  }

  /**
   * Cuts a range of buckets into slices, in order. Each slice covers few enough partitions for one statement.
   * Partitions created meanwhile fall into one of the slices.
   */
  async slices(interval: string, first = ALL.first, last = ALL.last): Promise<readonly Slice[]> {
    const size = this.#layout.partitions.get(interval);
    const whole = { interval, first, last };
    const most = this.#most(LOCKS_OF_READ);
    if (size === undefined || Math.floor(last / size) - Math.floor(first / size) < most) return [whole];
    const starts = (await this.#ranges(interval))
      .filter(({ start, end }) => start <= last && end > first)
      .map(({ start }) => start)
      .sort((a, b) => a - b);
    const slices: Slice[] = [];
    for (let place = 0; place < starts.length || place === 0; place += most) {
      const next = starts[place + most];
      const start = slices.length === 0 ? first : (starts[place] ?? first);
      slices.push({ interval, first: start, last: next === undefined ? last : next - 1 });
    }
    return slices;
  }

  /**
   * Divides writes so that each part touches few enough partitions for a transaction. It divides them by the
   * time of their buckets, to keep the intervals of an event together if possible.
   */
  parted<W extends BucketWrite>(
    writes: readonly W[],
    startOf: (write: W) => number,
  ): readonly (readonly W[])[] {
    if (this.none) return [writes];
    const byPartition = new Map<
      string,
      { start: number; readonly partition: string | null; readonly writes: W[] }
    >();
    for (const write of writes) {
      const size = this.#layout.partitions.get(write.interval);
      const partition = size === undefined ? null : `${Math.floor(write.bucket / size)} ${write.interval}`;
      const key = partition ?? `${write.bucket} rest of ${write.interval}`;
      const start = startOf(write);
      const found = byPartition.get(key);
      if (found === undefined) byPartition.set(key, { start, partition, writes: [write] });
      else {
        found.start = Math.min(found.start, start);
        found.writes.push(write);
      }
    }
    const most = this.#most(LOCKS_OF_READ);
    const groups = [...byPartition.values()].sort((a, b) => a.start - b.start);
    if (groups.filter(({ partition }) => partition !== null).length <= most) return [writes];
    let part: W[] = [];
    const parts = [part];
    let room = most;
    for (const { partition, writes: own } of groups) {
      if (partition !== null && room-- === 0) {
        part = [];
        parts.push(part);
        room = most - 1;
      }
      for (const write of own) part.push(write);
    }
    return parts;
  }

  /** Creates the ranges that writes fall into, unless this process knows that they exist. */
  async ensure(writes: readonly BucketWrite[]): Promise<void> {
    if (this.none) return;
    const { kysely } = this.#session;
    const unknown = new Map<string, Creation>();
    for (const { interval, bucket } of writes) {
      const size = this.#layout.partitions.get(interval);
      if (size === undefined) continue;
      const index = Math.floor(bucket / size);
      const key = `${index} ${interval}`;
      if (this.#known.has(key) || unknown.has(key)) continue;
      unknown.set(key, rangeCreation(this.#layout, interval, index, kysely));
    }
    const most = this.#most(LOCKS_OF_CREATION);
    const entries = [...unknown];
    for (let start = 0; start < entries.length; start += LOOKED_FOR) {
      const part = entries.slice(start, start + LOOKED_FOR);
      await createMissing(
        part.map(([, creation]) => creation),
        this.#session,
        this.#layout.schema,
        most,
      );
      for (const [key] of part) this.#known.add(key);
    }
  }

  /** Forgets which ranges exist, because another process may have dropped some. */
  forget(): void {
    this.#known.clear();
  }

  /** Drops the ranges whose buckets are all past their retention. */
  async drop(retention: Retention): Promise<void> {
    for (const [interval, oldest] of retention) {
      if (oldest === null || !this.#layout.partitions.has(interval)) continue;
      for (const { name, end } of await this.#ranges(interval)) {
        if (!(end <= oldest)) continue;
        const drop = sql`drop table if exists ${sql.table(name)}`.compile(this.#session.kysely);
        await this.#session.run(drop, []);
      }
    }
    this.forget();
  }

  /**
   * The partitions of an interval, each with its first bucket and the bucket that it ends before. For a
   * default partition both are NaN.
   */
  async #ranges(
    interval: string,
  ): Promise<readonly { readonly name: string; readonly start: number; readonly end: number }[]> {
    const parts = quoted(partitionName(this.#layout, interval, 'parts'));
    const query = sql`select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = ${parts}::regclass`;
    const rows = await this.#session.rows(query.compile(this.#session.kysely), [parts]);
    return rows.map(([name, bound]) => {
      const [, start, end] = /FROM \('?([^')]+)'?\) TO \('?([^')]+)'?\)$/.exec(String(bound)) ?? [];
      return { name: inSchema(this.#layout.schema, String(name)), start: boundOf(start), end: boundOf(end) };
    });
  }
}

/** Quotes a table's name for `regclass`. */
function quoted(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

function boundOf(text: string | undefined): number {
  if (text === 'MINVALUE') return Number.NEGATIVE_INFINITY;
  return text === 'MAXVALUE' ? Number.POSITIVE_INFINITY : Number(text);
}
