import { ConfigurationError, isError } from '@kairos/core';
import { type Db, type Document, Double } from 'mongodb';
import { serverCode } from './driver-error.js';
import type { CheckedOptions } from './options.js';

/** Asks the server what it is, and refuses one that cannot keep what the options promise. */
export async function checkServer(db: Db, options: CheckedOptions): Promise<void> {
  const [build, hello] = await Promise.all([buildInfo(db), helloOf(db)]);
  if (isFerretDB(build) && !options.allowFerretDB) {
    throw new ConfigurationError(
      'The server is FerretDB, which is not known to keep counts exact: version 1 loses concurrent increments. Expected MongoDB 6 or later, or option "allowFerretDB": true to accept it as it is',
    );
  }
  if (options.atomicEvents && !hasTransactions(hello)) {
    throw new ConfigurationError(
      'Option "atomicEvents" is true, and the server is a standalone one, which has no transactions; expected a replica set or a sharded cluster',
    );
  }
  if (db.writeConcern?.w === 0) {
    throw new ConfigurationError(
      'The write concern is w: 0, with which the server acknowledges nothing; expected 1 or more, or "majority"',
    );
  }
}

/** Code of a command that is not in the API version that a client restricts itself to. */
const API_STRICT = 323;

/** Of a client that may not ask, what the server is stays open. */
async function buildInfo(db: Db): Promise<Document> {
  try {
    return await db.command({ buildInfo: 1 });
  } catch (error) {
    if (serverCode(error) === API_STRICT) return {};
    throw error;
  }
}

/** Sent with a number of this copy of the driver, which that of a handle has to know how to send. */
async function helloOf(db: Db): Promise<Document> {
  try {
    return await db.command({ hello: 1, comment: new Double(1) });
  } catch (error) {
    if (!isError(error) || !error.name.startsWith('BSON')) throw error;
    throw new ConfigurationError(
      `The handle is of another version of the mongodb driver than @kairos/mongo has (${error.message}); expected the same major version`,
      { cause: error },
    );
  }
}

/** FerretDB names itself in fields of its own, of a name that changed between versions. */
export function isFerretDB(build: object): boolean {
  return Object.keys(build).some((field) => field.toLowerCase().startsWith('ferretdb'));
}

/** A member of a replica set names its set; a router of a sharded cluster answers with a message. */
function hasTransactions(hello: { readonly setName?: unknown; readonly msg?: unknown }): boolean {
  return typeof hello.setName === 'string' || hello.msg === 'isdbgrid';
}
