import {
  type Backend,
  type BackendTypes,
  type CONTRACT_VERSION,
  ConfigurationError,
  nothingRecorded,
  type OpenRequest,
  type StorageAdapter,
  type TimeseriesType,
} from '@kairos/core';
import { type Client, types } from 'cassandra-driver';
import { CassandraAdapter } from './cassandra-adapter.js';
import { Lock } from './erase/lock.js';
import type { CassandraFetch } from './fetch.js';
import { layoutOf } from './layout.js';
import { type CassandraOptions, type CheckedOptions, checkOptions, optionNames } from './options.js';
import { IntervalsRecord } from './record.js';
import { formOf } from './rows/index.js';
import { ensureSchema, hasTables } from './schema/tables.js';
import { parseUrl } from './session/address.js';
import { Conditions } from './session/conditions.js';
import { CONNECT_MILLISECONDS, connect, isClient, shutdown } from './session/connect.js';
import { within } from './session/patience.js';
import { Session } from './session/session.js';
import type { ValuesByType } from './values/value-type.js';

/** What the backend adds to the types that users meet. */
export interface CassandraTypes extends BackendTypes {
  options: CassandraOptions;
  insertOptions: Record<never, never>;
  fetch: CassandraFetch;
  values: { readonly [N in keyof ValuesByType]: ValuesByType[N] };
  defaultValueType: 'float';
}

/**
 * Apache Cassandra, by a `cassandra:` or `cql:` URL or a `Client` of cassandra-driver.
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
  // As it was when this was written: the installed core may have another.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes: ['cassandra', 'cql'],
  options: optionNames,
  insertOptions: [],
  accepts: isClient,
  open,
};

async function open<T extends TimeseriesType>(request: OpenRequest<T>): Promise<StorageAdapter<T>> {
  const options = checkOptions(request.options, request.type);
  const { client, keyspace, close } = await clientOf(request, options);
  try {
    const form = formOf(request.type, options);
    const layout = layoutOf(keyspace, options.tableName, request.type, form);
    const { floatingCounts, valuesPerBucket, valueType } = options;
    const session = new Session(client, options.readConsistency, options.writeConsistency);
    if (request.mustExist && !(await hasTables(session, layout))) throw nothingRecorded();
    if (!request.mustExist) await ensureSchema(session, layout, form, options);
    const conditions = new Conditions(session, serialOf(options));
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

/** The client, the keyspace to use with it, and how to let go of it. */
async function clientOf({ source }: OpenRequest, options: CheckedOptions) {
  if ('url' in source) {
    const address = parseUrl(source.url);
    if (options.keyspace !== null && address.keyspace !== null && options.keyspace !== address.keyspace) {
      throw new ConfigurationError(
        `Option "keyspace" is "${options.keyspace}", and that of the URL is "${address.keyspace}"; expected the same, or one of them`,
      );
    }
    const client = await connect(address, source.clientConfig, options);
    return {
      client,
      keyspace: options.keyspace ?? address.keyspace ?? 'kairos',
      close: () => shutdown(client),
    };
  }
  for (const option of ['poolSize', 'localDataCenter'] as const) {
    if (options[option] !== null) {
      throw new ConfigurationError(
        `Option "${option}" is given with a client; expected it with a URL only, since the client has its own`,
      );
    }
  }
  const client = clientIn(source.handle);
  await within(CONNECT_MILLISECONDS, client.connect());
  return {
    client,
    keyspace: options.keyspace ?? (client.keyspace || 'kairos'),
    close: async () => undefined,
  };
}

function clientIn(handle: object): Client {
  if (isClient(handle)) return handle;
  throw new ConfigurationError('The handle is not a client of cassandra-driver; expected one');
}

/** Where writes are settled in the local data center, conditions are too. */
function serialOf({ writeConsistency }: CheckedOptions): types.consistencies {
  const { localQuorum, localOne, localSerial, serial } = types.consistencies;
  return writeConsistency === localQuorum || writeConsistency === localOne ? localSerial : serial;
}
