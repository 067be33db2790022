import {
  type Backend,
  type BackendTypes,
  type CONTRACT_VERSION,
  nothingRecorded,
  type OpenRequest,
  type StorageAdapter,
  type TimeseriesType,
} from '@kairos/core';
import { CassandraAdapter } from './cassandra-adapter.js';
import { Lock } from './erase/lock.js';
import type { CassandraFetch } from './fetch.js';
import { layoutOf } from './layout.js';
import { type CassandraOptions, checkOptions, optionNames } from './options.js';
import { IntervalsRecord } from './record.js';
import { formOf } from './rows/index.js';
import { ensureSchema, hasTables } from './schema/tables.js';
import { Conditions } from './session/conditions.js';
import { connect, isClient } from './session/connect.js';
import { Session } from './session/session.js';
import type { ValuesByType } from './values/value-type.js';

/** The types that the backend contributes. */
export interface CassandraTypes extends BackendTypes {
  options: CassandraOptions;
  insertOptions: Record<never, never>;
  fetch: CassandraFetch;
  values: { readonly [N in keyof ValuesByType]: ValuesByType[N] };
  defaultValueType: 'float';
}

/**
 * Apache Cassandra. Takes a `cassandra:` or `cql:` URL, or a `Client` of cassandra-driver.
 *
 * @example
 * ```ts
 * const kairos = new Kairos([cassandra]);
 * const hits = await kairos.timeseries('cassandra://10.0.0.1,10.0.0.2/stats', {
 *   type: 'count',
 *   intervals: { minute: { step: 60, steps: 1440 } },
 * });
 * ```
 */
export const cassandra: Backend<CassandraTypes> = {
  name: 'cassandra',
  // As a number: the installed core may have another version.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes: ['cassandra', 'cql'],
  options: optionNames,
  insertOptions: [],
  accepts: isClient,
  open,
};

async function open<T extends TimeseriesType>(request: OpenRequest<T>): Promise<StorageAdapter<T>> {
  const options = checkOptions(request.options, request.type);
  const { client, keyspace, close } = await connect(request.source, options);
  try {
    const form = formOf(request.type, options);
    const layout = layoutOf(keyspace, options.tableName, request.type, form);
    const { floatingCounts, valuesPerBucket, valueType } = options;
    const session = new Session(client, options.readConsistency, options.writeConsistency);
    if (request.mustExist && !(await hasTables(session, layout))) throw nothingRecorded();
    if (!request.mustExist) await ensureSchema(session, layout, form, options);
    const conditions = new Conditions(session);
    const record = new IntervalsRecord(session, conditions, layout, { floatingCounts, valuesPerBucket });
    const lock = new Lock(conditions, layout);
    return new CassandraAdapter({
      schema: request.schema,
      session,
      layout,
      form,
      record,
      lock,
      valueType,
      close,
    });
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}
