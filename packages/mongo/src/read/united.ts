import type { Document } from 'mongodb';
import { ONE_BATCH } from './batch-size.js';
import type { ReaderParts } from './reader.js';

/** Runs several pipelines over the collection as one command, each with the index to itself, then `end` over all. */
export function united(
  { collection, patience }: ReaderParts,
  [first = [], ...rest]: readonly Document[][],
  end: readonly Document[] = [],
): Promise<Document[]> {
  const coll = collection.collectionName;
  const others = rest.map((pipeline) => ({ $unionWith: { coll, pipeline } }));
  return patience.forLong(collection.aggregate([...first, ...others, ...end], ONE_BATCH).toArray());
}
