import { setTimeout as sleep } from 'node:timers/promises';
import type { FailingTarget } from '@kairos/adapter-tests';
import { type CompiledQuery, type Kysely, type Logger, type RawBuilder, sql } from 'kysely';

/** A server under test: its address, and a connection besides Kairos' own. */
export interface Server {
  readonly name: string;
  readonly url: string;
  /** Whether text can hold NUL. */
  readonly nul: boolean;
  /** A pool of the driver. */
  pool(): { end(): unknown };
  connect(log?: (query: CompiledQuery) => void): Kysely<unknown>;
  /** The handles that can open a timeseries, by kind. */
  readonly handles: { readonly [kind: string]: () => { handle: object; end(): Promise<unknown> } };
  /** Whether a line of EXPLAIN, as JSON, shows a sort, or a scan of a table without its key. */
  isScan(line: string, table: string): boolean;
  /** Connections to the servers behind it, if it is the front end of several. */
  shards?(): readonly Kysely<unknown>[];
  /** The server's folder, if it was started for the tests. It serves to stop the server. */
  readonly folder: string | undefined;
  /** A pool of one connection that gives up waiting soon. */
  smallPool(): { source: object; exhaust(): Promise<() => void>; end(): Promise<void> };
  /** Resolves once a connection waits for a lock. */
  untilWaiting(db: Kysely<unknown>): Promise<number>;
  /** Kills the connection that waits for a lock. */
  killWaiting(db: Kysely<unknown>): Promise<void>;
  /** A text as an SQL literal, in its stored form. */
  literal(text: string): RawBuilder<unknown>;
}

/** Where to find a server. */
export interface ServerSource {
  readonly name: string;
  /** The environment variable that holds its address. */
  readonly variable: string;
  /** Whether the server may be missing. The tests do not start it. */
  readonly optional?: boolean;
  server(url: string): Server;
}

/** The servers that `TEST_SQL` lists, separated by commas. Default: all. */
const chosen = process.env.TEST_SQL?.split(',');

/** Defines tests on a server. Skips them if all servers are excluded. */
export function onServer(source: ServerSource, define: (server: Server) => void): void {
  const { name, variable, optional = false, server } = source;
  const url = process.env[variable] ?? '';
  if (optional && url === '') return;
  if (chosen !== undefined && !chosen.includes('false') && !chosen.includes(name)) return;
  describe(name, () => {
    if (process.env.TEST_SQL === 'false') {
      it.skip('is left out by TEST_SQL=false', () => {});
    } else if (url === '') {
      throw new Error(`${variable} names no server; expected it, or scripts/with-services.mjs to start one`);
    } else {
      define(server(url));
    }
  });
}

/** Passes on the queries of a Kysely. */
export function logTo(log: ((query: CompiledQuery) => void) | undefined): Logger {
  return (event) => {
    if (event.level === 'query') log?.(event.query);
  };
}

/** Repeats a query until it has an answer. */
export async function until<V>(look: () => Promise<V | undefined>): Promise<V> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    // InnoDB answers from a cache, and does not refresh it if asked more often than every 0.1 s.
    await sleep(150);
  }
  throw new Error('No connection waits for a lock after 20 seconds');
}

/** A trigger that refuses one bucket of a table of the suite. */
export async function refuseBucket(server: Server, target: FailingTarget): Promise<() => Promise<void>> {
  const { namespace, type, name, interval, bucket, resolution } = target;
  const behind = server.shards?.() ?? [server.connect()];
  const table = sql.table(`${namespace}_${type}`);
  const hit = sql`new.name = ${server.literal(name)} and new.${sql.ref('interval')} = ${server.literal(interval)}
    and new.bucket = ${sql.lit(bucket)} and new.resolution = ${sql.lit(resolution)}`;
  const everywhere = async (statement: RawBuilder<unknown>) => {
    for (const db of behind) await statement.execute(db);
  };
  if (server.name === 'PostgreSQL') {
    await everywhere(sql`create function refuse() returns trigger language plpgsql
      as $$ begin raise exception 'refused by a trigger'; end $$`);
    await everywhere(sql`create trigger refuse before insert on ${table} for each row when (${hit})
      execute function refuse()`);
  } else {
    await everywhere(sql`create trigger refuse before insert on ${table} for each row begin
      if ${hit} then signal sqlstate '45000' set message_text = 'refused by a trigger'; end if; end`);
  }
  return async () => {
    await everywhere(
      server.name === 'PostgreSQL' ? sql`drop function refuse cascade` : sql`drop trigger refuse`,
    );
    await Promise.all(behind.map((db) => db.destroy()));
  };
}

/** Drops the tables of namespaces. */
export async function dropTables(server: Server, namespaces: readonly string[]): Promise<void> {
  const db = server.connect();
  const behind = server.shards?.() ?? [db];
  for (const namespace of namespaces) {
    for (const type of ['series', 'histogram', 'count', 'gauge', 'set']) {
      const tables = ['', '_names', '_windows'].map((suffix) => sql.table(`${namespace}_${type}${suffix}`));
      for (const each of behind) await sql`drop table if exists ${sql.join(tables)}`.execute(each);
    }
    await sql`delete from kairos_records where table_name = ${server.literal(namespace)}`.execute(db);
  }
  await Promise.all([...new Set([db, ...behind])].map((each) => each.destroy()));
}
