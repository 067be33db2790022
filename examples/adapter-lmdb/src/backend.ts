import { existsSync } from 'node:fs';
import {
  type Backend,
  type CONTRACT_VERSION,
  ConfigurationError,
  describeValue,
  nothingRecorded,
  type Source,
  textOption,
} from '@kairos/core';
import { open, type RootDatabase } from 'lmdb';
import type { LmdbFetch } from './fetch.js';
import { LmdbAdapter, type Session } from './lmdb-adapter.js';

/** The options of a timeseries in LMDB. */
export interface LmdbOptions {
  /** Separates timeseries: one never sees the data of another namespace. Default: `"kairos"`. */
  readonly namespace?: string;
}

/** The types that the LMDB backend adds. */
export interface LmdbTypes {
  options: LmdbOptions;
  insertOptions: Record<never, never>;
  fetch: LmdbFetch;
  values: Record<never, never>;
}

/**
 * Kairos on LMDB. The source is `lmdb:path`, or a database that you opened with `open` of `lmdb`.
 *
 * @example
 * ```ts
 * const kairos = new Kairos([lmdb]);
 * const hits = await kairos.timeseries('lmdb:hits.mdb', { type: 'count', intervals: { minute: { step: 60 } } });
 * ```
 */
export const lmdb: Backend<LmdbTypes> = {
  name: 'lmdb',
  // A literal: an imported constant would be the version of whatever core is installed.
  contract: 2 satisfies typeof CONTRACT_VERSION,
  schemes: ['lmdb'],
  options: ['namespace'] satisfies (keyof LmdbOptions)[],
  insertOptions: [],
  accepts: isRoot,
  open: async (request) => {
    const namespace = textOption('namespace', request.options.namespace, 'kairos');
    if (request.mustExist) refuseMissingFile(request.source);
    const session = openSession(request.source);
    try {
      return new LmdbAdapter(request, session, namespace);
    } catch (error) {
      if (session.owned) await session.root.close();
      throw error;
    }
  },
};

/** Otherwise LMDB would create the file. */
function refuseMissingFile(source: Source): void {
  if (!('url' in source)) return;
  const path = source.url.slice('lmdb:'.length);
  if (!existsSync(path)) throw nothingRecorded(`the LMDB file ${path}`);
}

/**
 * Each timeseries opened from a URL takes one reader, counted over all processes. The driver's default is
 * 126.
 */
const MAX_READERS = 1024;

function openSession(source: Source): Session {
  if ('url' in source) {
    const path = source.url.slice('lmdb:'.length);
    if (path === '' || path.includes('\0')) {
      throw new ConfigurationError(`The source is ${describeValue(source.url)}; expected lmdb:path`);
    }
    return { root: open(path, { maxReaders: MAX_READERS, ...source.clientConfig }), owned: true };
  }
  if (isRoot(source.handle)) return { root: source.handle, owned: false };
  throw new ConfigurationError(`The source is ${describeValue(source.handle)}; expected a database of lmdb`);
}

/**
 * Recognizes a database by its methods: its class name may be minified, and the driver may be installed
 * twice.
 */
function isRoot(handle: object): handle is RootDatabase {
  const methods = ['openDB', 'childTransaction', 'getKeys', 'resetReadTxn'];
  return methods.every((method) => typeof Reflect.get(handle, method) === 'function');
}
