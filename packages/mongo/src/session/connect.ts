import {
  ConfigurationError,
  describeValue,
  isError,
  messageOf,
  type Source,
  StorageError,
  settlesWithin,
} from '@kairos/core';
import { type BSONSerializeOptions, type Db, MongoClient } from 'mongodb';
import { checkDatabase } from '../options.js';
import { Patience } from './patience.js';

/** A connected client, its database, and a way to release it. */
export interface Connection {
  readonly client: MongoClient;
  readonly db: Db;
  /** Closes the client if it was opened from a URL. */
  close(): Promise<void>;
}

export const DEFAULT_DATABASE = 'kairos';

/**
 * How long to look for a server, unless the URL or `clientConfig` says otherwise: long enough for an
 * election, short enough to notice that there is none.
 */
const SERVER_SELECTION_TIMEOUT = 15_000;

/**
 * How long a server may take to answer a new connection, unless these say otherwise, and how long after a due
 * heartbeat a frozen server is given up. The driver's own 30 seconds are longer than `close` may take.
 */
const CONNECT_TIMEOUT = 10_000;

/**
 * How long the driver may take to close. It notifies the server, which may not answer, and continues in the
 * background.
 */
const CLOSE_MILLISECONDS = 5_000;

/** The user's client may be configured to decode differently. The adapter relies on the driver's defaults. */
export const DECODING: BSONSerializeOptions = {
  promoteLongs: true,
  promoteValues: true,
  useBigInt64: false,
  raw: false,
};

/** Whether a handle is a `MongoClient` or a `Db`, from any copy of the driver. */
export function isHandle(handle: object): handle is MongoClient | Db {
  return isClient(handle) || isDb(handle);
}

function isClient(handle: object): handle is MongoClient {
  return has(handle, 'db') && has(handle, 'startSession') && has(handle, 'connect') && has(handle, 'close');
}

function isDb(handle: object): handle is Db {
  return (
    has(handle, 'collection') && has(handle, 'command') && typeof at(handle, 'databaseName') === 'string'
  );
}

const at = (handle: object, property: string): unknown => Reflect.get(handle, property);
const has = (handle: object, method: string) => typeof at(handle, method) === 'function';

export async function connect(source: Source, database: string | undefined): Promise<Connection> {
  if ('url' in source) return connectTo(source.url, source.clientConfig, database);
  const { handle } = source;
  const close = async () => undefined;
  if (isClient(handle)) return { client: handle, db: handle.db(database ?? DEFAULT_DATABASE), close };
  if (!isDb(handle)) {
    throw new ConfigurationError(
      `The source is ${describeValue(handle)}; expected a URL, a MongoClient or a Db of the mongodb driver`,
    );
  }
  if (database !== undefined && database !== handle.databaseName) {
    throw new ConfigurationError(
      `Option "database" is ${describeValue(database)} but the source is the Db ${describeValue(handle.databaseName)}; expected the same, or none`,
    );
  }
  checkDatabase(handle.databaseName, 'The database of the handle is');
  return { client: handle.client, db: handle, close };
}

async function connectTo(
  url: string,
  clientConfig: Readonly<Record<string, unknown>>,
  database: string | undefined,
): Promise<Connection> {
  const name = database ?? databaseIn(url) ?? DEFAULT_DATABASE;
  const client = createClient(url, clientConfig);
  const close = async () => void (await settlesWithin(CLOSE_MILLISECONDS, client.close()));
  try {
    await Patience.with(client).for(client.connect());
  } catch (error) {
    await close().catch(() => undefined);
    throw isError(error) && error.name === 'MongoServerSelectionError' ? unanswered(client, error) : error;
  }
  return { client, db: client.db(name), close };
}

/** An error with the address that did not answer. The driver's own error names it only after some answer. */
function unanswered(client: MongoClient, cause: Error): StorageError {
  const hosts = client.options.hosts.map((host) => host.toString()).join(', ');
  return new StorageError(`No server was found at ${hosts}: ${cause.message}`, { cause });
}

function createClient(url: string, clientConfig: Readonly<Record<string, unknown>>): MongoClient {
  const says = (option: string) => new RegExp(`[?&]${option}=`, 'i').test(url);
  try {
    return new MongoClient(url, {
      ...(says('serverSelectionTimeoutMS') ? {} : { serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT }),
      ...(says('connectTimeoutMS') ? {} : { connectTimeoutMS: CONNECT_TIMEOUT }),
      ...clientConfig,
    });
  } catch (error) {
    // Nothing was sent yet, so the driver objects to the URL or the options.
    throw new ConfigurationError(
      `The URL or option "clientConfig" is not one of the mongodb driver: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** The database in a URL, after its hosts. */
function databaseIn(url: string): string | undefined {
  const encoded = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]+)/i.exec(url)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return checkDatabase(decodeURIComponent(encoded), 'The database in the URL is');
  } catch (error) {
    if (!isError(error) || error.name !== 'URIError') throw error;
    throw new ConfigurationError(
      `The database in the URL is ${describeValue(encoded)}; expected valid escapes`,
    );
  }
}
