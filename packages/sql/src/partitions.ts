import type { BucketWrite, Retention } from '@kairos/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { createMissing } from './create-missing.js';
import type { Creation } from './dialect/dialect.js';
import type { SqlTables } from './fetch.js';
import { sha256, textKey } from './key.js';
import type { Layout } from './layout.js';
import type { Session } from './session/session.js';

/** PostgreSQL cuts longer identifiers off. */
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
 * | `kairos_count_minute_p19675` | its buckets from 19675 × 1440 on, as many as 1440 |
 *
 * A digest stands behind two underscores, which neither a table ends with nor an interval begins with.
 */
function partitionName(table: string, interval: string, suffix: string): string {
  const plain = /^[a-z0-9]{1,20}$/.test(interval) ? interval : `_${digest(interval)}`;
  const name = `${table}_${plain}_${suffix}`;
  return name.length <= LONGEST_IDENTIFIER ? name : `${table.slice(0, 30)}__${digest(name)}_${suffix}`;
}

function digest(text: string): string {
  return sha256(text).toString('hex').slice(0, 10);
}

/** What creates the partitions that do not depend on the buckets. */
export function partitionedCreations(layout: Layout, kysely: Kysely<SqlTables>): readonly Creation[] {
  const table = sql.table(layout.table);
  const rest = `${layout.table}_rest`;
  const creations = [creation(rest, sql`partition of ${table} default`, kysely)];
  for (const interval of layout.partitions.keys()) {
    const parts = partitionName(layout.table, interval, 'parts');
    const key = sql.lit(textKey(interval));
    const definition = sql`partition of ${table} for values in (${key}) partition by range (bucket)`;
    creations.push(creation(parts, definition, kysely));
  }
  return creations;
}

/** What creates one range of buckets of an interval. */
function rangeCreation(layout: Layout, interval: string, index: number, kysely: Kysely<SqlTables>): Creation {
  const size = layout.partitions.get(interval) ?? 1;
  const part = partitionName(layout.table, interval, `p${index < 0 ? 'n' : ''}${Math.abs(index)}`);
  const parts = sql.table(partitionName(layout.table, interval, 'parts'));
  const [from, to] = [sql.lit(index * size), sql.lit((index + 1) * size)];
  return creation(part, sql`partition of ${parts} for values from (${from}) to (${to})`, kysely);
}

function creation(table: string, definition: RawBuilder<unknown>, kysely: Kysely<SqlTables>): Creation {
  const statement = sql`create table if not exists ${sql.table(table)} ${definition}`;
  return { table, statement: { sql: statement.compile(kysely).sql } };
}

/** What creates the ranges of an interval from one bucket to another. */
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

/** Creates ranges when they are first written to, and drops those that are past their retention. */
export class Partitions {
  readonly #layout: Layout;
  readonly #session: Session;
  readonly #known = new Set<string>();

  constructor(layout: Layout, session: Session) {
    this.#layout = layout;
    this.#session = session;
  }

  /** Creates the ranges that writes fall into, unless this process knows that they are there. */
  async ensure(writes: readonly BucketWrite[]): Promise<void> {
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
    if (unknown.size === 0) return;
    await createMissing([...unknown.values()], this.#session);
    for (const key of unknown.keys()) this.#known.add(key);
  }

  /** Forgets which ranges are there: another process may have dropped some. */
  forget(): void {
    this.#known.clear();
  }

  /** Drops the ranges of which every bucket is past its retention. */
  async drop(retention: Retention): Promise<void> {
    for (const [interval, oldest] of retention) {
      if (oldest === null || !this.#layout.partitions.has(interval)) continue;
      for (const { name, end } of await this.#ranges(interval)) {
        if (end === null || end > oldest) continue;
        const drop = sql`drop table if exists ${sql.table(name)}`.compile(this.#session.kysely);
        await this.#session.run(drop, []);
      }
    }
    this.forget();
  }

  /** The partitions of an interval, with the bucket that each ends before; `null` where it is the default, or has no end. */
  async #ranges(
    interval: string,
  ): Promise<readonly { readonly name: string; readonly end: number | null }[]> {
    const parts = partitionName(this.#layout.table, interval, 'parts');
    const query = sql`select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = ${parts}::regclass`;
    const rows = await this.#session.rows(query.compile(this.#session.kysely), [parts]);
    return rows.map(([name, bound]) => {
      const end = /TO \('?(-?\d+)'?\)$/.exec(String(bound))?.[1];
      return { name: String(name), end: end === undefined ? null : Number(end) };
    });
  }
}
