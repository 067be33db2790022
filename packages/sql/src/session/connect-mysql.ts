import { ConfigurationError, describeValue, isBytes } from '@kairos/core';
import { Kysely, MysqlDialect, sql } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import { mysql } from '../dialect/mysql.js';
import { mysqlText } from '../dialect/mysql-text.js';
import { vitess } from '../dialect/vitess.js';
import type { SqlTables } from '../fetch.js';
import { loadMysql } from './driver.js';
import { connectionConfigOf, type Mysql2Pool } from './handles.js';
import { KyselySession, type SessionParts } from './kysely-session.js';
import { GuardedPool } from './mysql-pool.js';
import { probeOf } from './mysql-probe.js';
import { OwnMysqlPool } from './own-mysql-pool.js';
import { Watch, watchOf } from './patience.js';
import type { Session } from './session.js';

/** Maximum size of a message between Vitess' components by default, less some room for its envelope. */
const VITESS_MESSAGE_BYTES = 2 ** 24 - 2 ** 16;

/** Room for a statement's text, besides its parameters. */
const STATEMENT_BYTES = 2 ** 16;

export async function connectMysql(
  url: string,
  clientConfig: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const driver = await loadMysql();
  const own = new OwnMysqlPool(driver, url, clientConfig);
  try {
    return await sessionOn(own.pool, 'clientConfig.', (watch) => {
      // A pending query would keep the pool from ending.
      watch.cut('The timeseries was closed before the server answered');
      return own.end();
    });
  } catch (error) {
    await own.end().catch(() => undefined);
    throw error;
  }
}

export function connectMysqlPool(pool: Mysql2Pool): Promise<Session> {
  return sessionOn(pool, '');
}

/** Without `end`, the pool stays open. */
async function sessionOn(
  pool: Mysql2Pool,
  optionPrefix: string,
  end?: (watch: Watch) => Promise<void>,
): Promise<Session> {
  if (typeof Reflect.get(connectionConfigOf(pool) ?? {}, 'queryFormat') === 'function') {
    throw new ConfigurationError(
      `Option "${optionPrefix}queryFormat" of mysql2 is a function; leave it out: it would put the values into statements by rules of its own`,
    );
  }
  const unsent = new WeakSet();
  const watch = new Watch(probeOf(pool));
  const guarded = new GuardedPool(pool, unsent, watch);
  return checkedSession(new Kysely<SqlTables>({ dialect: new MysqlDialect({ pool: guarded }) }), mysqlText, {
    unsent,
    rows: ({ sql }, parameters) => guarded.rows(sql, parameters),
    ...(end && { close: () => end(watch) }),
  });
}

export function connectMysqlKysely(kysely: Kysely<SqlTables>): Promise<Session> {
  // Its driver may send values apart from the text of statements.
  return checkedSession(kysely, mysql, { watch: watchOf(kysely) });
}

/**
 * Checks the connection: the maximum length of a statement, whether autocommit is on, and whether rows arrive
 * unchanged. A pool behind a Kysely may have options that change them.
 */
async function checkedSession(
  kysely: Kysely<SqlTables>,
  dialect: Dialect,
  parts: Omit<SessionParts, 'bytesPerStatement' | 'bytesPerPacket'>,
): Promise<Session> {
  const { sql: text } =
    sql`select @@version as version, @@max_allowed_packet as bytes, @@autocommit as autocommit, X'00ff' as probe, null as nothing`.compile(
      kysely.withoutPlugins(),
    );
  const [row = []] = await new KyselySession(kysely, mysql, parts).rows({ sql: text }, []);
  const [version, bytes, autocommit, probe, nothing] = row;
  if (row.length !== 5) throw refusedOption('nestTables', 'each row as an object of its columns');
  if (!isBytes(probe) || probe[1] !== 0xff || nothing !== null) {
    throw refusedOption('typeCast', `bytes as a Buffer and NULL as null, and got ${describeValue(probe)}`);
  }
  if (Number(autocommit) !== 1 && !kysely.isTransaction) {
    throw new ConfigurationError(
      'The connections have "autocommit" off, so nothing would be committed; expected it on, on the server or on every connection of the pool',
    );
  }
  const spread = /vitess/i.test(mysql.text.read(version));
  const most = spread ? Math.min(Number(bytes), VITESS_MESSAGE_BYTES) : Number(bytes);
  return new KyselySession(kysely, spread ? vitess : dialect, {
    ...parts,
    bytesPerStatement: most - STATEMENT_BYTES,
    bytesPerPacket: most,
  });
}

function refusedOption(option: string, expected: string): ConfigurationError {
  return new ConfigurationError(
    `The pool behind the Kysely has the option "${option}" of mysql2; expected it to be left out, for ${expected}`,
  );
}
