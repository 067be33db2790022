import { ConfigurationError } from '@kairos/core';
import { type Collection, type IndexDescription, MongoServerError } from 'mongodb';
import { BUCKET_INDEX, type BucketDocument, EXPIRY_INDEX } from './layout.js';

/** Codes of the server. */
const NAMESPACE_NOT_FOUND = 26;
const NAMESPACE_EXISTS = 48;
/** Of its refusals, those that have nothing to do with what the index is: no rights, and another index in its way. */
const NOT_ABOUT_TTL = [13, 18, 85, 86];

/**
 * Creates the indexes that are missing; the collection comes with them. An index that is there is left alone, so
 * that a user without the right to create one can use what an administrator made.
 */
export async function ensureIndexes(collection: Collection<BucketDocument>, expiry: boolean): Promise<void> {
  const existing = new Set(await namesOf(collection));
  if (!existing.has(BUCKET_INDEX.name)) await create(collection, BUCKET_INDEX);
  if (!expiry || existing.has(EXPIRY_INDEX.name)) return;
  try {
    await create(collection, EXPIRY_INDEX);
  } catch (error) {
    if (!(error instanceof MongoServerError) || NOT_ABOUT_TTL.includes(Number(error.code))) throw error;
    throw new ConfigurationError(
      `The server refuses the TTL index by which it would delete expired data (${error.message}); expected a server that has TTL indexes, or option "expiry": "manual"`,
      { cause: error },
    );
  }
}

async function namesOf(collection: Collection<BucketDocument>): Promise<string[]> {
  try {
    const indexes = await collection.listIndexes().toArray();
    return indexes.map(({ name }) => String(name));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

/** Several processes may create the collection at once; the one that comes second finds it there. */
async function create(collection: Collection<BucketDocument>, index: IndexDescription): Promise<void> {
  try {
    await collection.createIndexes([index]);
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
    await collection.createIndexes([index]);
  }
}
