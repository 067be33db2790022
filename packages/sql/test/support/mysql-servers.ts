import { CamelCasePlugin, Kysely, MysqlDialect, sql } from 'kysely';
import { createPool } from 'mysql2';
import { logTo, type Server, type ServerSource, until } from './servers.js';

export const mariadbServer: ServerSource = {
  name: 'MariaDB',
  variable: 'MARIADB_URL',
  server: (url) => describeServer('MariaDB', url),
};

export const mysqlServer: ServerSource = {
  name: 'MySQL',
  variable: 'MYSQL_URL',
  optional: true,
  server: (url) => describeServer('MySQL', url),
};

/** Vitess, with the MySQL servers of its shards. These run the setup that Vitess itself refuses. */
export const vitessServer: ServerSource = {
  name: 'Vitess',
  variable: 'VITESS_URL',
  optional: true,
  server: (url) => {
    const shards = (process.env.VITESS_MYSQL_URLS ?? '').split(' ').filter((shard) => shard !== '');
    const connectTo = (uri = '') =>
      new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool({ uri }) }) });
    const onMysql = async <V>(work: (db: Kysely<unknown>) => Promise<V>) => {
      const db = connectTo(shards[0]);
      try {
        return await work(db);
      } finally {
        await db.destroy();
      }
    };
    return {
      ...describeServer('Vitess', url),
      shards: () => shards.map(connectTo),
      folder: process.env.VITESS_FOLDER,
      untilWaiting: () => onMysql(untilWaitingOnMysql),
      killWaiting: () =>
        onMysql(async (db) => {
          await sql.raw(`kill ${await untilWaitingOnMysql(db)}`).execute(db);
        }),
    };
  },
};

function describeServer(name: string, url: string): Server {
  const uri = url.replace(/^mariadb:/, 'mysql:');
  const mysqlPool = () => createPool({ uri });
  return {
    name,
    url,
    nul: true,
    pool: mysqlPool,
    connect: (log) => new Kysely({ dialect: new MysqlDialect({ pool: mysqlPool() }), log: logTo(log) }),
    handles: {
      'a mysql2 pool': () => {
        const handle = mysqlPool();
        return { handle, end: () => handle.promise().end() };
      },
      'a mysql2 pool of promises': () => {
        const handle = mysqlPool().promise();
        return { handle, end: () => handle.end() };
      },
      'a Kysely': () => {
        const handle = new Kysely({
          dialect: new MysqlDialect({ pool: mysqlPool() }),
          plugins: [new CamelCasePlugin()],
        });
        return { handle, end: () => handle.destroy() };
      },
    },
    isScan: (line, table) =>
      (line.includes(`"${table}"`) && /"type":"(ALL|index)"/.test(line)) || line.includes('filesort'),
    folder: process.env[name === 'MariaDB' ? 'MARIADB_FOLDER' : 'MYSQL_FOLDER'],
    smallPool: () => {
      const pool = createPool({ uri, connectionLimit: 1, waitForConnections: false }).promise();
      const exhaust = async () => {
        const connection = await pool.getConnection();
        return () => connection.release();
      };
      return { source: pool, exhaust, end: () => pool.end() };
    },
    untilWaiting: untilWaitingOnMysql,
    killWaiting: async (db) => {
      await sql.raw(`kill ${await untilWaitingOnMysql(db)}`).execute(db);
    },
    literal: (text) => sql.raw(`X'${Buffer.from(text).toString('hex')}'`),
  };
}

function untilWaitingOnMysql(db: Kysely<unknown>): Promise<number> {
  return until(async () => {
    const waiting = sql<{ id: number }>`select trx_mysql_thread_id as id from information_schema.innodb_trx
      where trx_state = 'LOCK WAIT'`;
    return (await waiting.execute(db)).rows[0]?.id;
  });
}
