import { ConfigurationError, describeValue, type Source } from '@kairos/core';
import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import { mysql } from '../dialect/mysql.js';
import { postgres } from '../dialect/postgres.js';
import { sqlite } from '../dialect/sqlite.js';
import type { SqlTables } from '../fetch.js';
import { connectMysql, connectMysqlKysely, connectMysqlPool } from './connect-mysql.js';
import { connectPgPool, connectPostgres, connectPostgresKysely } from './connect-postgres.js';
import { connectNodeDatabase, connectSqlite } from './connect-sqlite.js';
import {
  isKysely,
  isMysqlConnection,
  isMysqlPool,
  isMysqlPromisePool,
  isNodeDatabase,
  isPgClient,
  isPgPool,
  isSqliteDatabase,
} from './handles.js';
import { KyselySession } from './kysely-session.js';
import { LockWaits } from './lock-waits.js';
import type { Session } from './session.js';
import { SqliteSession } from './sqlite-session.js';

type OpenUrl = (url: string, clientConfig: Readonly<Record<string, unknown>>) => Promise<Session>;

const openers: Readonly<Record<string, OpenUrl>> = {
  sqlite: connectSqlite,
  postgres: connectPostgres,
  postgresql: connectPostgres,
  mysql: connectMysql,
  mariadb: connectMysql,
};

/** The URL schemes that can open a session. */
export const schemes: readonly string[] = Object.keys(openers);

/** Whether a session can be opened on a handle. */
export function isHandle(handle: object): boolean {
  const kinds = [
    isKysely,
    isSqliteDatabase,
    isNodeDatabase,
    isPgPool,
    isMysqlPool,
    isMysqlPromisePool,
    isMysqlConnection,
    isPgClient,
  ];
  return kinds.some((is) => is(handle));
}

export async function connect(source: Source): Promise<Session> {
  if ('handle' in source) return openHandle(source.handle);
  const open = openers[source.url.slice(0, source.url.indexOf(':')).toLowerCase()];
  if (open !== undefined) return open(source.url, source.clientConfig);
  throw new ConfigurationError(
    `The source is ${describeValue(source.url)}; expected one of ${schemes.join(', ')}`,
  );
}

async function openHandle(handle: object): Promise<Session> {
  if (isKysely(handle)) return openKysely(handle);
  if (isSqliteDatabase(handle)) return new SqliteSession(handle, new LockWaits(0), false);
  if (isNodeDatabase(handle)) return connectNodeDatabase(handle);
  if (isMysqlPromisePool(handle)) return connectMysqlPool(handle.pool);
  if (isMysqlPool(handle)) return connectMysqlPool(handle);
  if (isPgPool(handle)) return connectPgPool(handle);
  if (isPgClient(handle)) {
    throw new ConfigurationError(
      'The source is a single Client of pg; expected a pool: new Pool() in place of new Client()',
    );
  }
  if (isMysqlConnection(handle)) {
    throw new ConfigurationError(
      'The source is a single connection of mysql2; expected a pool: createPool() in place of createConnection()',
    );
  }
  throw new ConfigurationError(
    `The source is ${describeValue(handle)}; expected a Kysely, a better-sqlite3 Database, a DatabaseSync of node:sqlite, or a pool of pg or mysql2`,
  );
}

async function openKysely(kysely: Kysely<SqlTables>): Promise<Session> {
  const dialect = dialectOf(kysely);
  if (dialect === mysql) return connectMysqlKysely(kysely);
  if (dialect === postgres) return connectPostgresKysely(kysely);
  const session = new KyselySession(kysely, dialect);
  await refuseOldSqlite(session);
  return session;
}

/** Older versions round intermediate sums. Drivers that bundle SQLite include a newer version. */
async function refuseOldSqlite(session: Session): Promise<void> {
  const [row] = await session.rows({ sql: 'select sqlite_version()' }, []);
  const version = String(row?.[0]);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 3 || (major === 3 && minor >= 43)) return;
  throw new ConfigurationError(`The Kysely is on SQLite ${version}; expected 3.43 or newer`);
}

/** Recognizes a Kysely's dialect by the SQL that it compiles. */
function dialectOf(kysely: Kysely<SqlTables>): Dialect {
  const compiled = sql`${sql.ref('a')} = ${1}`.compile(kysely.withoutPlugins()).sql;
  if (compiled === '"a" = ?') return sqlite;
  if (compiled === '"a" = $1') return postgres;
  if (compiled === '`a` = ?') return mysql;
  throw new ConfigurationError(
    `The Kysely compiles to ${describeValue(compiled)}; expected the dialect of SQLite, PostgreSQL or MySQL`,
  );
}
