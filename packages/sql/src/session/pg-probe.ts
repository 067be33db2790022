import { sqlState } from '../dialect/postgres.js';
import type { PgPool } from './handles.js';
import { PATIENCE } from './patience.js';

/** The options of a client, with one set that is not: those that are not enumerable stay so. */
export function withDefault(options: object, name: string, value: unknown): object {
  const own = Object.getOwnPropertyDescriptors(options);
  return Object.defineProperties({}, { [name]: { value, enumerable: true }, ...own });
}

/**
 * Asks the server of a pool whether it is there, on a separate connection, because all connections of the pool may be
 * waiting.
 */
export function probeOf({ Client, options = {} }: PgPool): (() => Promise<void>) | undefined {
  if (Client === undefined) return undefined;
  const milliseconds = PATIENCE.answer * 1000;
  const { connectionTimeoutMillis, query_timeout, ...own } = Object.getOwnPropertyDescriptors(options);
  const timeouts = { connectionTimeoutMillis: milliseconds, query_timeout: milliseconds };
  return async () => {
    const client = new Client(Object.defineProperties({ ...timeouts }, own));
    client.on('error', () => undefined);
    try {
      await client.connect();
      // What stands before the server may take connections while the server does not answer.
      await client.query('select 1');
    } catch (error) {
      if (sqlState(error) === undefined) throw error;
    } finally {
      client.end()?.catch(() => undefined);
    }
  };
}
