import type { Backend, CONTRACT_VERSION, OpenRequest, StorageAdapter, TimeseriesType } from '@kairos/core';
import type { Collection, MongoClient } from 'mongodb';
import { BucketDocuments } from './documents/bucket-documents.js';
import { WindowDocuments, type WindowedIntervals, windowed } from './documents/window-documents.js';
import { BulkEraser, OneByOneEraser } from './eraser.js';
import type { MongoFetch } from './fetch.js';
import { ensureIndexes } from './indexes.js';
import { collectionOf, isWindowType, RECORDS, type RecordDocument, type StoredDocument } from './layout.js';
import { MongoAdapter } from './mongo-adapter.js';
import { type CheckedOptions, checkOptions, type MongoOptions, optionNames } from './options.js';
import { IntervalsRecord } from './record.js';
import { type Connection, connect, DECODING, isHandle } from './session/connect.js';
import { Patience } from './session/patience.js';
import { checkServer } from './session/server.js';
import { BulkWriter } from './write/bulk-writer.js';
import { Chunks } from './write/chunks.js';
import { TransactionWriter } from './write/transaction-writer.js';
import type { Update, Updates } from './write/updates.js';
import { Upserts } from './write/upserts.js';
import { WindowUpdates } from './write/window-updates.js';
import type { Writer } from './write/writer.js';

/** The types that the Mongo backend contributes. */
export interface MongoTypes {
  options: MongoOptions;
  insertOptions: Record<never, never>;
  fetch: MongoFetch;
  values: Record<never, never>;
}

/**
 * Kairos on MongoDB. The source is a `mongodb:` or `mongodb+srv:` URL, a `MongoClient` or a `Db`.
 *
 * @example
 * ```ts
 * const kairos = new Kairos([mongo]);
 * const hits = await kairos.timeseries('mongodb://localhost:27017/statistics', {
 *   type: 'count',
 *   intervals: { minute: { step: 60, steps: 240 } },
 * });
 * ```
 */
export const mongo: Backend<MongoTypes> = {
  name: 'mongo',
  // As a number: the installed core may have another version.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes: ['mongodb', 'mongodb+srv'],
  options: optionNames,
  insertOptions: [],
  accepts: isHandle,
  open,
};

async function open<T extends TimeseriesType>(request: OpenRequest<T>): Promise<StorageAdapter<T>> {
  const options = checkOptions(request.options);
  const connection = await connect(request.source, options.database);
  try {
    return await openIn(connection, request, options);
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
}

async function openIn<T extends TimeseriesType>(
  { client, db, close }: Connection,
  { type, schema, mustExist }: OpenRequest<T>,
  options: CheckedOptions,
): Promise<StorageAdapter<T>> {
  const patience = Patience.with(client);
  await patience.for(checkServer(db, options));
  const collection = db.collection<StoredDocument>(collectionOf(type), DECODING);
  const intervals = [...schema.intervals.values()];
  const expires = options.expiry === 'native' && intervals.some(({ steps }) => steps !== null);
  const windows = windowed(schema.intervals);
  const documents = isWindowType(type) ? new WindowDocuments(type, windows) : new BucketDocuments(type);
  const record = new IntervalsRecord(db.collection<RecordDocument>(RECORDS, DECODING), type);
  // First, so that nothing is created beside data of another layout.
  await patience.for(record.read());
  if (!mustExist) await patience.forLong(ensureIndexes(collection, documents.index, expires));
  return new MongoAdapter<T>({
    type,
    collection,
    patience,
    documents,
    record,
    eraser: new (options.atomicEvents ? OneByOneEraser : BulkEraser)(collection, patience),
    writer: writerFor(type, windows, client, collection, options),
    capabilities: {
      expiry: options.expiry,
      atomicEvents: options.atomicEvents,
      fractionalCounts: true,
      nul: true,
      shared: true,
      anyRange: true,
    },
    close,
  });
}

function writerFor<T extends TimeseriesType>(
  type: TimeseriesType,
  windows: WindowedIntervals,
  client: MongoClient,
  collection: Collection<StoredDocument>,
  { atomicEvents, expiry }: CheckedOptions,
): Writer<T> {
  const using = <U extends Update>(updates: Updates<U>): Writer<T> =>
    atomicEvents
      ? new TransactionWriter<T, U>(client, collection, updates)
      : new BulkWriter<T, U>(client, collection, updates);
  if (isWindowType(type)) return using(new WindowUpdates(type, windows, expiry));
  return type === 'series' ? using(new Chunks(expiry)) : using(new Upserts(type, expiry));
}
