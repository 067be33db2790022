import { booleanOption, ConfigurationError, describeValue, optionError } from '@kairos/core';

/** The Mongo backend's own options. */
export interface MongoOptions {
  /** The database. Default: the one in the URL, that of a `Db` handle, or `kairos`. */
  readonly database?: string;
  /**
   * `native` (the default): the server deletes data past its retention, by a TTL index. `manual`: you call `expire`,
   * for servers without TTL indexes.
   */
  readonly expiry?: 'native' | 'manual';
  /**
   * Writes each event in a transaction, so that it is in all its buckets or in none. Needs a replica set or a sharded
   * cluster. An insert then takes two round trips.
   */
  readonly atomicEvents?: boolean;
  /** Also opens on FerretDB 1, where counts are not exact under concurrent writers. */
  readonly allowFerretDB?: boolean;
}

export const optionNames = [
  'database',
  'expiry',
  'atomicEvents',
  'allowFerretDB',
] as const satisfies readonly (keyof MongoOptions)[];

/** The options after checking, with defaults. */
export interface CheckedOptions {
  /** `undefined` if the source decides. */
  readonly database: string | undefined;
  readonly expiry: 'native' | 'manual';
  readonly atomicEvents: boolean;
  readonly allowFerretDB: boolean;
}

export function checkOptions(given: { readonly [N in keyof MongoOptions]?: unknown }): CheckedOptions {
  const { database, expiry = 'native' } = given;
  if (expiry !== 'native' && expiry !== 'manual') throw optionError('expiry', expiry, '"native" or "manual"');
  return {
    database: database === undefined ? undefined : checkDatabase(database, 'Option "database" is'),
    expiry,
    atomicEvents: booleanOption('atomicEvents', given.atomicEvents, false),
    allowFerretDB: booleanOption('allowFerretDB', given.allowFerretDB, false),
  };
}

/** Databases that the server keeps for itself. */
const RESERVED = ['admin', 'config', 'local'];

/** Refuses names that no server accepts, on Windows either, before connecting. */
export function checkDatabase(name: unknown, where: string): string {
  const fits =
    typeof name === 'string' &&
    name !== '' &&
    Buffer.byteLength(name) <= 63 &&
    !/[/\\. "$*<>:|?\0]/.test(name) &&
    name.isWellFormed();
  if (!fits) {
    throw new ConfigurationError(
      `${where} ${describeValue(name)}; expected the name of a database: 1 to 63 bytes without any of / \\ . " $ * < > : | ? NUL or a space`,
    );
  }
  if (!RESERVED.includes(name.toLowerCase())) return name;
  throw new ConfigurationError(
    `${where} ${describeValue(name)}, which the server keeps for itself; expected option "database" to name another`,
  );
}
