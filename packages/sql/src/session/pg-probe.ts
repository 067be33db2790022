import { sqlState } from '../dialect/postgres.js';
import type { PgPool } from './handles.js';
import { PATIENCE } from './patience.js';

/** Adds a default to a client's options. Properties that are not enumerable stay so. */
export function withDefault(options: object, name: string, value: unknown): object {
  const own = Object.getOwnPropertyDescriptors(options);
  return Object.defineProperties({}, { [name]: { value, enumerable: true }, ...own });
}

/**
 * Asks a pool's server whether it is alive, on a separate connection: all connections of the pool may be
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
      // A proxy may accept connections even if the server behind it does not answer.
      await client.query('select 1');
    } catch (error) {
      if (sqlState(error) === undefined) throw error;
    } finally {
      client.end()?.catch(() => undefined);
    }
  };
}
