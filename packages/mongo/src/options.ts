import { booleanOption, ConfigurationError, describeValue, optionError } from '@kairos/core';

/** What the Mongo backend takes beside the options of every backend. */
export interface MongoOptions {
  /**
   * The database. Where it is left out, the one that the URL names, or that of a `Db` handle, or `kairos`.
   */
  readonly database?: string;
  /**
   * `native` (the default): the server deletes what is past its retention, by a TTL index. `manual`: `expire`
   * does, for servers that have no TTL indexes.
   */
  readonly expiry?: 'native' | 'manual';
  /**
   * Writes each event in a transaction, so that it is in all its buckets or in none: for replica sets and sharded
   * clusters. An insert is then two round trips.
   */
  readonly atomicEvents?: boolean;
  /** Opens on FerretDB all the same, where counts are not exact under concurrent writers. */
  readonly allowFerretDB?: boolean;
}

export const optionNames = [
  'database',
  'expiry',
  'atomicEvents',
  'allowFerretDB',
] as const satisfies readonly (keyof MongoOptions)[];

/** The options as they are used. */
export interface CheckedOptions {
  /** `undefined` where the source decides. */
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

/** The databases that the server keeps for itself. */
const RESERVED = ['admin', 'config', 'local'];

/** Refuses what no server takes, on Windows neither, before a connection is made. */
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
