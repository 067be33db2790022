import { existsSync } from 'node:fs';
import {
  type Backend,
  type CONTRACT_VERSION,
  ConfigurationError,
  describeValue,
  KairosError,
  messageOf,
  nothingRecorded,
  type OpenRequest,
  type Source,
  type StorageAdapter,
  StorageError,
  type TimeseriesType,
} from '@kairos/core';
import type { Dialect } from './dialect/dialect.js';
import type { SqlFetch } from './fetch.js';
import { layoutOf } from './layout.js';
import { type CheckedOptions, checkOptions, optionNames, type SqlOptions } from './options.js';
import { Partitions } from './partitions.js';
import { IntervalsRecord } from './record.js';
import { RowFormat } from './rows.js';
import { addressOf, reasonOf } from './session/address.js';
import { connect, isHandle, schemes } from './session/connect.js';
import type { Session } from './session/session.js';
import { sqliteLocation } from './session/sqlite-location.js';
import { Spread } from './spread/spread.js';
import { SqlAdapter } from './sql-adapter.js';
import { checkTables, createTables, hasTables } from './tables.js';
import type { ValuesByType } from './values/value-type.js';

/** The types that the SQL backend adds. */
export interface SqlTypes {
  options: SqlOptions;
  insertOptions: Record<never, never>;
  fetch: SqlFetch;
  values: { readonly [N in keyof ValuesByType]: ValuesByType[N] };
  defaultValueType: 'float';
}

/**
 * Kairos on SQLite, PostgreSQL, MySQL and MariaDB, and on Vitess.
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
  // A literal, because the installed core may have another version.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes,
  options: optionNames,
  insertOptions: [],
  accepts: isHandle,
  open,
};

async function open<T extends TimeseriesType>(request: OpenRequest<T>): Promise<StorageAdapter<T>> {
  const options = checkOptions(request.options, request.type);
  const { source } = request;
  if (request.mustExist) refuseMissingFile(source);
  try {
    return await openOn(await connect(source), request, options);
  } catch (error) {
    if (error instanceof KairosError || !('url' in source)) throw error;
    const reason = reasonOf(error);
    throw new StorageError(`Opening ${addressOf(source.url)} failed: ${reason}`, { cause: error });
  }
}

async function openOn<T extends TimeseriesType>(
  session: Session,
  request: OpenRequest<T>,
  options: CheckedOptions,
): Promise<StorageAdapter<T>> {
  try {
    const layout = layoutOf(options, request.type, session.dialect);
    if (request.mustExist && !(await hasTables(layout, session))) throw nothingRecorded();
    const enters = options.createTables && !request.mustExist;
    if (enters) await createTables(layout, session);
    const spread = session.dialect.spread === true ? await Spread.over(layout, session, { enters }) : null;
    const partitions = await Partitions.of(layout, session);
    const { schema } = request;
    const format = new RowFormat(layout, session.dialect);
    const record = new IntervalsRecord(session, layout, format, options.tableName);
    await checkTables(layout, session, options, () => record.refuseOtherLayout());
    if (!request.mustExist) await record.agreeOnLayout();
    return new SqlAdapter({ schema, options, layout, session, format, record, partitions, spread });
  } catch (error) {
    await session.close().catch(() => undefined);
    if (options.schema === undefined || !session.dialect.isMissingSchema(error)) throw error;
    throw new ConfigurationError(
      `Option "schema" is ${describeValue(options.schema)}, which does not exist: ${messageOf(error)}; expected ${SCHEMAS[session.dialect.name]}`,
      { cause: error },
    );
  }
}

const SCHEMAS: Readonly<Record<Dialect['name'], string>> = {
  postgres: 'an existing schema of the database',
  mysql: 'an existing database of the server',
  sqlite: 'the name of an attached database',
};

/** Otherwise SQLite would create the file. */
function refuseMissingFile(source: Source): void {
  if ('handle' in source || !/^sqlite:/i.test(source.url)) return;
  const { path } = sqliteLocation(source.url);
  if (!existsSync(path)) throw nothingRecorded(`the SQLite file ${path}`);
}
