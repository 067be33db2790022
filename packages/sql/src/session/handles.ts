import type {
  Kysely,
  MysqlPoolConnection,
  PostgresCursor,
  PostgresPoolClient,
  PostgresQueryResult,
} from 'kysely';
import type { SqlTables } from '../fetch.js';

/** The part of a better-sqlite3 `Database` that Kairos uses. A `DatabaseSync` gets the same shape. */
export interface SqliteDatabase {
  readonly memory: boolean;
  readonly readonly: boolean;
  readonly inTransaction: boolean;
  close(): void;
  prepare(sql: string): SqliteStatement;
  pragma(pragma: string, options: { readonly simple: true }): unknown;
  transaction<A extends unknown[], R>(
    body: (...args: A) => R,
  ): {
    (...args: A): R;
    readonly immediate: (...args: A) => R;
  };
}

export interface SqliteStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
  run(parameters: readonly unknown[]): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  raw(toggle: boolean): this;
  /** Returns values of the only column instead of rows. Absent if the driver cannot. */
  pluck?(toggle: boolean): this;
  safeIntegers(toggle: boolean): this;
}

/** The part of a `DatabaseSync` of `node:sqlite` that Kairos uses. */
export interface NodeDatabase {
  /** Absent before Node 22.16. */
  readonly isTransaction?: boolean;
  close(): void;
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
}

export interface NodeStatement {
  all(...parameters: readonly unknown[]): unknown[];
  iterate(...parameters: readonly unknown[]): IterableIterator<unknown>;
  run(...parameters: readonly unknown[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  setReadBigInts(enabled: boolean): void;
  /** Absent before Node 22.16. */
  setReturnArrays?(enabled: boolean): void;
  columns?(): readonly unknown[];
}

/** The part of a pg `Pool` that Kairos uses. */
export interface PgPool {
  /** The class of its clients and their options: those that the pool was created with. */
  readonly Client?: new (
    options: object,
  ) => PgOwnClient;
  readonly options?: object;
  connect(): Promise<PgClient>;
}

/** The part of a pg `Client` outside a pool that Kairos uses. */
export interface PgOwnClient {
  on(event: 'error', listener: (error: Error) => void): unknown;
  connect(): Promise<unknown>;
  query(statement: string): Promise<unknown>;
  end(): Promise<void> | undefined;
}

interface PgArrayQuery {
  readonly text: string;
  readonly values: unknown[];
  readonly rowMode: 'array';
}

export interface PgClient extends PostgresPoolClient {
  query(query: PgArrayQuery): Promise<{ readonly rows: unknown[][] }>;
  query<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  /** Absent from clients of other libraries. */
  end?(): Promise<void> | undefined;
  on(event: 'error', listener: (error: Error) => void): unknown;
  listeners(event: 'error'): readonly unknown[];
}

/** The part of a mysql2 pool that Kairos uses. */
export interface Mysql2Pool {
  readonly config?: object;
  getConnection(callback: (error: unknown, connection: Mysql2Connection) => void): void;
}

/** The part of a connection of such a pool that Kairos uses. */
export interface Mysql2Connection {
  readonly config: { readonly typeCast?: unknown };
  query<R>(query: Mysql2Query, values: unknown[], callback: (error: unknown, result: R) => void): unknown;
  query(sql: string, values: unknown[]): ReturnType<MysqlPoolConnection['query']>;
  on(event: 'error', listener: () => void): unknown;
  listeners(event: 'error'): readonly unknown[];
  release(): void;
  destroy(): void;
}

/** A query with all options that affect how its rows are read. */
interface Mysql2Query {
  readonly sql: string;
  readonly rowsAsArray: boolean;
  readonly nestTables: false;
  readonly typeCast: true | ((field: unknown, next: () => unknown) => unknown);
}

/** The part of a mysql2 promise pool that Kairos uses: the wrapped pool. */
export interface MysqlPromisePool {
  readonly pool: Mysql2Pool;
}

export function isKysely(handle: object): handle is Kysely<SqlTables> {
  return hasMethods(handle, 'selectFrom', 'insertInto', 'executeQuery', 'connection', 'getExecutor');
}

export function isSqliteDatabase(handle: object): handle is SqliteDatabase {
  return (
    hasMethods(handle, 'prepare', 'pragma', 'transaction', 'exec', 'close') &&
    typeof Reflect.get(handle, 'inTransaction') === 'boolean'
  );
}

/** A `DatabaseSync` of `node:sqlite`. */
export function isNodeDatabase(handle: object): handle is NodeDatabase {
  return (
    hasMethods(handle, 'prepare', 'exec', 'open', 'close', 'createSession') && !Reflect.has(handle, 'pragma')
  );
}

export function isPgPool(handle: object): handle is PgPool {
  return (
    hasMethods(handle, 'connect', 'query', 'end', 'on') &&
    typeof Reflect.get(handle, 'totalCount') === 'number' &&
    typeof Reflect.get(handle, 'idleCount') === 'number'
  );
}

/** A single pg connection, or one checked out of a pool. */
export function isPgClient(handle: object): boolean {
  return (
    hasMethods(handle, 'connect', 'query', 'end', 'on', 'escapeIdentifier') &&
    Reflect.has(handle, 'connectionParameters')
  );
}

export function isMysqlPool(handle: object): handle is Mysql2Pool {
  return hasMethods(handle, 'getConnection', 'query', 'execute', 'end', 'promise');
}

/** The options of a pool's connections. */
export function connectionConfigOf({ config }: Mysql2Pool): object | undefined {
  const options: unknown = Reflect.get(config ?? {}, 'connectionConfig');
  return typeof options === 'object' && options !== null ? options : undefined;
}

export function isMysqlPromisePool(handle: object): handle is MysqlPromisePool {
  if (!hasMethods(handle, 'getConnection', 'query', 'execute', 'end')) return false;
  const pool: unknown = Reflect.get(handle, 'pool');
  return typeof pool === 'object' && pool !== null && isMysqlPool(pool);
}

/** A single mysql2 connection, with callbacks or promises, or one checked out of a pool. */
export function isMysqlConnection(handle: object): boolean {
  return hasMethods(handle, 'query', 'execute', 'end', 'ping', 'changeUser');
}

function hasMethods(handle: object, ...methods: readonly string[]): boolean {
  return methods.every((method) => typeof Reflect.get(handle, method) === 'function');
}
