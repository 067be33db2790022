import { ConfigurationError, messageOf } from '@kairos/core';
import type { Collection, IndexDescription } from 'mongodb';
import { EXPIRY_INDEX, type StoredDocument } from './layout.js';
import { serverCode } from './session/driver-error.js';

/** Error codes of the server. */
const NAMESPACE_NOT_FOUND = 26;
const NAMESPACE_EXISTS = 48;
/** Bad value, unknown command, cannot create, invalid options or specification, not supported or implemented. */
const REFUSALS = [2, 59, 67, 72, 115, 197, 238];

/**
 * Creates missing indexes, and the collection with them. An existing index stays as it is, so a user without the right
 * to create one can use an administrator's.
 */
export async function ensureIndexes(
  collection: Collection<StoredDocument>,
  index: IndexDescription,
  expiry: boolean,
): Promise<void> {
  const existing = await existingIndexes(collection);
  if (!isThere(existing, index)) await create(collection, index);
  if (!expiry || isThere(existing, EXPIRY_INDEX)) return;
  try {
    await create(collection, EXPIRY_INDEX);
  } catch (error) {
    if (!REFUSALS.includes(serverCode(error) ?? 0)) throw error;
    throw new ConfigurationError(
      `The server refuses the TTL index by which it would delete expired data (${messageOf(error)}); expected a server that has TTL indexes, or option "expiry": "manual"`,
      { cause: error },
    );
  }
}

async function existingIndexes(collection: Collection<StoredDocument>): Promise<IndexDescription[]> {
  try {
    return await collection.listIndexes().toArray();
  } catch (error) {
    if (serverCode(error) === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

/** Whether the index exists. Refuses a different index of the same name. */
function isThere(existing: readonly IndexDescription[], wanted: IndexDescription): boolean {
  const found = existing.find(({ name }) => name === wanted.name);
  if (found === undefined) return false;
  const shown = shapeOf(found);
  if (shown === shapeOf(wanted)) return true;
  throw new ConfigurationError(
    `The collection has an index "${wanted.name}" with ${shown}; expected ${shapeOf(wanted)}`,
  );
}

/** The options that decide which documents an index covers, or which may be stored. */
function shapeOf(index: IndexDescription): string {
  const { key, expireAfterSeconds, unique, partialFilterExpression, collation, hidden } = index;
  return JSON.stringify({
    key,
    expireAfterSeconds,
    unique: unique || undefined,
    partialFilterExpression,
    collation,
    hidden: hidden || undefined,
  });
}

/** Several processes may create the collection at once; the later ones find it. */
async function create(collection: Collection<StoredDocument>, index: IndexDescription): Promise<void> {
  try {
    await collection.createIndexes([index]);
  } catch (error) {
    if (serverCode(error) !== NAMESPACE_EXISTS) throw error;
    await collection.createIndexes([index]);
  }
}
