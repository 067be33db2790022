import { isMysqlError } from '../dialect/mysql.js';
import { loadMysql } from './driver.js';
import { connectionConfigOf, type Mysql2Pool } from './handles.js';
import { destroy } from './mysql-stream.js';
import { PATIENCE } from './patience.js';

/** The pool options that identify its server. */
const WAY = [
  'host',
  'port',
  'localAddress',
  'socketPath',
  'stream',
  'user',
  'password',
  'password2',
  'password3',
  'passwordSha1',
  'database',
  'ssl',
  'charsetNumber',
  'authPlugins',
  'authSwitchHandler',
  'insecureAuth',
  'enableCleartextPlugin',
  'connectAttributes',
] as const;

/**
 * Asks a pool's server whether it is alive, on a separate connection: all connections of the pool may be
 * waiting.
 */
export function probeOf(pool: Mysql2Pool): (() => Promise<void>) | undefined {
  const options = connectionConfigOf(pool);
  const stream: unknown = Reflect.get(options ?? {}, 'stream');
  // A stream, rather than a function that makes one, belongs to a single connection.
  if (options === undefined || (stream !== undefined && typeof stream !== 'function')) return undefined;
  const way = Object.fromEntries(WAY.map((name) => [name, Reflect.get(options, name)]));
  const milliseconds = PATIENCE.answer * 1000;
  return async () => {
    const { createConnection } = await loadMysql();
    const connection = createConnection({ ...way, connectTimeout: milliseconds });
    connection.on('error', () => undefined);
    try {
      await new Promise<void>((resolve, reject) => {
        connection.query({ sql: 'select 1', timeout: milliseconds }, (error) => {
          if (error === null || isMysqlError(error)) resolve();
          else reject(error);
        });
      });
    } finally {
      destroy(connection);
    }
  };
}
