import { setImmediate as otherWork } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { parameter } from '../dialect/parameters.js';
import type { Layout } from '../layout.js';
import type { Session, Statement } from '../session/session.js';
import { beyond } from '../statements/fragments.js';

/**
 * Maximum number of rows per part, over all shards together. A shard refuses statements over more than 10,000
 * rows.
 */
const PART = 5000;

/** The end of a part, exclusive: a window and a name. */
type Place = readonly [window: number, name: unknown];

/**
 * Changes the rows of an interval, window by window and name by name, some thousands at a time. A statement
 * over all shards can neither touch more rows nor limit their number. If possible, a statement concerns one
 * window of one name, which is on one shard.
 */
export class Parts {
  readonly #layout: Layout;
  readonly #session: Session;
  readonly #data: PartStatements;
  readonly #entries: PartStatements;

  constructor(layout: Layout, session: Session) {
    const { table, windowsTable } = layout;
    this.#layout = layout;
    this.#session = session;
    const kept = sql`${sql.ref('bucket')} <= ${parameter}`;
    this.#data = partStatements(session, table, sql`delete from ${sql.table(table)}`, kept);
    const marked = sql`${sql.ref('deleted')} = ${session.dialect.now}`;
    this.#entries = partStatements(
      session,
      windowsTable,
      sql`update ${sql.table(windowsTable)} set ${marked}`,
      sql`coalesce(${sql.ref('deleted')}, -1) = -1`,
    );
  }

  /** Deletes the data of an interval up to a window and a bucket. */
  async delete(interval: unknown, window: number, bucket: number): Promise<void> {
    await this.#change(this.#data, interval, window, [bucket]);
  }

  /** Marks the entries of an interval up to a window. */
  async mark(interval: unknown, window: number): Promise<void> {
    await this.#change(this.#entries, interval, window, []);
  }

  /** Deletes all data. */
  async deleteAll(): Promise<void> {
    for (const interval of await this.#intervals(this.#layout.table)) {
      await this.delete(interval, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    }
  }

  /** Marks all entries. */
  async markAll(): Promise<void> {
    for (const interval of await this.#intervals(this.#layout.windowsTable)) {
      await this.mark(interval, Number.MAX_SAFE_INTEGER);
    }
  }

  /** Deletes the stored full names, except the last part. */
  async deleteNames(): Promise<void> {
    const { namesTable } = this.#layout;
    const key = sql.ref('key');
    const { kysely } = this.#session;
    const end = sql`select ${key} from ${sql.table(namesTable)} order by ${key} limit 1 offset ${sql.lit(PART)}`;
    const before = sql`delete from ${sql.table(namesTable)} where ${key} < ${parameter}`;
    const [findEnd, deleteBefore] = [end.compile(kysely), before.compile(kysely)];
    for (;;) {
      const [[found] = []] = await this.#session.rows(findEnd, []);
      if (found === undefined) return;
      await this.#session.run(deleteBefore, [found]);
    }
  }

  async #intervals(table: string): Promise<readonly unknown[]> {
    // Not DISTINCT: until vtgate knows the columns of a new table, it takes different bytes for equal.
    const interval = sql.ref('interval');
    const query = sql`select ${interval} from ${sql.table(table)} group by ${interval}`;
    return (await this.#session.rows(query.compile(this.#session.kysely), [])).map(([interval]) => interval);
  }

  async #change(statements: PartStatements, interval: unknown, last: number, more: readonly unknown[]) {
    const first = this.#session.dialect.text.bind('');
    let [window, name]: Place = [Number.MIN_SAFE_INTEGER, first];
    for (;;) {
      const from = [interval, window, window, name];
      const [end] = await this.#session.rows(statements.end, [...from, last]);
      const until: Place = end === undefined ? [last + 1, first] : [Number(end[0]), end[1]];
      await this.#session.run(statements.between, [...from, until[0], ...until, ...more]);
      if (end === undefined) return;
      const at = [interval, ...until, ...more];
      while ((await this.#session.run(statements.at, at)) >= PART) await otherWork();
      [window, name] = until;
      await otherWork();
    }
  }
}

interface PartStatements {
  /**
   * Selects the end of the next part. Parameters: interval, window, window and name that it begins after,
   * last window.
   */
  readonly end: Statement;
  /**
   * Changes a part. Parameters: the first four of `end`; window, window and name that it ends before; more.
   */
  readonly between: Statement;
  /** Changes some rows of one window of one name. Parameters: interval, window, name, more. */
  readonly at: Statement;
}

function partStatements(
  { kysely }: Session,
  table: string,
  change: RawBuilder<unknown>,
  which: RawBuilder<unknown>,
): PartStatements {
  const [interval, window, name] = [sql.ref('interval'), sql.ref('window'), sql.ref('name')];
  const place = sql`${window}, ${name}`;
  const after = sql`${interval} = ${parameter} and ${beyond('>')}`;
  const compile = (query: RawBuilder<unknown>): Statement => ({ sql: query.compile(kysely).sql });
  return {
    end: compile(
      sql`select ${place} from ${sql.table(table)} where ${after} and ${window} <= ${parameter} order by ${place} limit 1 offset ${sql.lit(PART)}`,
    ),
    between: compile(sql`${change} where ${after} and ${beyond('<')} and ${which}`),
    at: compile(
      sql`${change} where ${interval} = ${parameter} and ${window} = ${parameter} and ${name} = ${parameter} and ${which} limit ${sql.lit(PART)}`,
    ),
  };
}
