import { ConfigurationError, isError } from '@kairos/core';
import { type Db, type Document, Double } from 'mongodb';
import type { CheckedOptions } from '../options.js';
import { serverCode } from './driver-error.js';

/** Asks the server for its build and role, and refuses it if it cannot keep the promises of the options. */
export async function checkServer(db: Db, options: CheckedOptions): Promise<void> {
  const [build, hello] = await Promise.all([buildInfo(db), helloOf(db)]);
  checkBuild(build, options);
  if (options.atomicEvents && !hasTransactions(hello)) {
    throw new ConfigurationError(
      'Option "atomicEvents" is true, but the server is standalone and has no transactions; expected a replica set or a sharded cluster',
    );
  }
  if (db.writeConcern?.w === 0) {
    throw new ConfigurationError(
      'The write concern is w: 0, so the server acknowledges nothing; expected 1 or more, or "majority"',
    );
  }
}

/** Refuses a server that is known to lose acknowledged writes. */
export function checkBuild(build: object, { allowFerretDB }: Pick<CheckedOptions, 'allowFerretDB'>): void {
  const version = ferretDBVersion(build);
  if (version === null || isExact(version) || allowFerretDB) return;
  throw new ConfigurationError(
    `The server is FerretDB ${version}, which is not known to keep counts exact: version 1 loses concurrent increments. Expected MongoDB 6 or later, FerretDB 2 or later, or option "allowFerretDB": true to accept it as it is`,
  );
}

/** The code of a command outside the API version that a client is restricted to. */
const API_STRICT = 323;

/** Asks for the build. If the client lacks the permission, the server stays unknown. */
async function buildInfo(db: Db): Promise<Document> {
  try {
    return await db.command({ buildInfo: 1 });
  } catch (error) {
    if (serverCode(error) === API_STRICT) return {};
    throw error;
  }
}

/** Asks for the server's role. The handle's copy of the driver must be able to send this copy's number type. */
async function helloOf(db: Db): Promise<Document> {
  try {
    return await db.command({ hello: 1, comment: new Double(1) });
  } catch (error) {
    if (!isError(error) || !error.name.startsWith('BSON')) throw error;
    throw new ConfigurationError(
      `The handle comes from another version of the mongodb driver than that of @kairos/mongo (${error.message}); expected the same major version`,
      { cause: error },
    );
  }
}

/**
 * The version of FerretDB, such as `v2.7.0`, or `unknown`; `null` for other servers. FerretDB identifies itself in its
 * own fields, which changed between versions.
 */
export function ferretDBVersion(build: object): string | null {
  const own = Object.entries(build).filter(([field]) => field.toLowerCase().startsWith('ferretdb'));
  if (own.length === 0) return null;
  const texts = own.flatMap(([, value]) =>
    typeof value === 'object' && value !== null ? Object.values(value) : [value],
  );
  return texts.find(isVersion) ?? 'unknown';
}

function isVersion(text: unknown): text is string {
  return typeof text === 'string' && /^v?\d+\.\d/.test(text);
}

/** From version 2 on, PostgreSQL's DocumentDB changes documents: each update is atomic. */
function isExact(version: string): boolean {
  return Number.parseInt(version.replace('v', ''), 10) >= 2;
}

/** A member of a replica set names its set; a router of a sharded cluster answers with a message. */
function hasTransactions(hello: { readonly setName?: unknown; readonly msg?: unknown }): boolean {
  return typeof hello.setName === 'string' || hello.msg === 'isdbgrid';
}
