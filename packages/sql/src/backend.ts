import type { Backend, CONTRACT_VERSION, OpenRequest, StorageAdapter, TimeseriesType } from '@kairos/core';
import type { SqlFetch } from './fetch.js';
import { layoutOf } from './layout.js';
import { checkOptions, optionNames, type SqlOptions } from './options.js';
import { Partitions } from './partitions.js';
import { isHandle, openSession, schemes } from './session/open.js';
import { SqlAdapter } from './sql-adapter.js';
import { checkTables, createTables } from './tables.js';
import type { ValuesByType } from './values/value-type.js';

/** What the SQL backend adds to the types that users meet. */
export interface SqlTypes {
  options: SqlOptions;
  insertOptions: Record<never, never>;
  fetch: SqlFetch;
  values: { readonly [N in keyof ValuesByType]: ValuesByType[N] };
}

/**
 * Kairos on SQLite, PostgreSQL, MySQL and MariaDB.
 *
 * @example
 * ```ts
 * const kairos = new Kairos([sql]);
 * const delays = await kairos.timeseries('sqlite:delays.db', {
 *   type: 'histogram',
 *   valueType: 'int',
 *   intervals: { hour: { step: '1h' } },
 * });
 * ```
 */
export const sql: Backend<SqlTypes> = {
  name: 'sql',
  // As it was when this was written: the installed core may have another.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes,
  options: optionNames,
  insertOptions: [],
  accepts: isHandle,
  open,
};

async function open<T extends TimeseriesType>(request: OpenRequest<T>): Promise<StorageAdapter<T>> {
  const options = checkOptions(request.options, request.type);
  const session = await openSession(request.source);
  try {
    const layout = layoutOf(options, request.type, session.dialect);
    if (options.createTables) await createTables(layout, session);
    const adapter = new SqlAdapter(request, options, layout, session, await Partitions.of(layout, session));
    await checkTables(layout, session, options, () => adapter.refuseOtherLayout());
    await adapter.agreeOnLayout();
    return adapter;
  } catch (error) {
    await session.close().catch(() => undefined);
    throw error;
  }
}
