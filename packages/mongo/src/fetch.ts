import { type BucketQuery, type BucketRow, describeValue, InvalidValueError } from '@kairos/core';
import type { Collection, Document } from 'mongodb';
import type { Documents, SuggestedQuery } from './documents/documents.js';

type Fetched = Document | null | Iterable<Document> | AsyncIterable<Document>;

/**
 * Reads in place of the backend's own query. Returns documents, as an array, a cursor or a single one: either
 * those of the collection unchanged (Kairos drops buckets outside the query), or documents with the data of a
 * bucket as `value`, and with `bucket`, `resolution` (if the interval has one) and `name` (if the query has
 * several) to identify it.
 *
 * @example
 * ```ts
 * const total: MongoFetch = (collection, { filter }) =>
 *   collection.aggregate([
 *     { $match: filter },
 *     { $group: { _id: '$bucket', bucket: { $first: '$bucket' }, value: { $sum: '$count' } } },
 *   ]);
 * const totals = await hits.series('home', 'minute', { fetch: total, processRow: (data) => data });
 * ```
 */
export type MongoFetch = (collection: Collection, query: SuggestedQuery) => Fetched | Promise<Fetched>;

/** The rows of the result of a customized `fetch`. */
export async function fetchedRows(
  stored: Documents,
  query: BucketQuery,
  fetched: unknown,
): Promise<BucketRow[]> {
  const reading = stored.reading(query);
  const rows: BucketRow[] = [];
  for await (const document of documentsOf(fetched)) {
    const isObject = typeof document === 'object' && document !== null;
    if (isObject && !('value' in document) && stored.isStored(document)) reading.take(document);
    else rows.push(customRow(query, document));
  }
  return [...reading.rows(), ...rows];
}

function documentsOf(fetched: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  if (fetched === null || fetched === undefined) return [];
  if (typeof fetched === 'object') {
    if (isIterable(fetched)) return fetched;
    return [fetched];
  }
  throw new InvalidValueError(
    `The "fetch" returned ${describeValue(fetched)}; expected documents: an array, a cursor, one document or null`,
  );
}

function isIterable(fetched: object): fetched is Iterable<unknown> | AsyncIterable<unknown> {
  return Symbol.iterator in fetched || Symbol.asyncIterator in fetched;
}

function customRow({ names, first, last }: BucketQuery, document: unknown): BucketRow {
  if (typeof document !== 'object' || document === null || !('value' in document)) {
    throw new InvalidValueError(
      `The "fetch" returned a document without "value"; expected documents of the collection, or with the data of a bucket as "value"`,
    );
  }
  const {
    name = names.length === 1 ? names[0] : undefined,
    bucket = first === last ? first : undefined,
    resolution = 0,
    value,
  }: { name?: unknown; bucket?: unknown; resolution?: unknown; value: unknown } = document;
  if (typeof name !== 'string') throw unplaced('name', name, 'a name, since several are read');
  if (typeof bucket !== 'number')
    throw unplaced('bucket', bucket, 'a number, since several buckets are read');
  if (typeof resolution !== 'number') throw unplaced('resolution', resolution, 'a number');
  return { name, bucket, resolution, data: value };
}

function unplaced(field: string, value: unknown, expected: string): InvalidValueError {
  return new InvalidValueError(
    `The "fetch" returned a document whose "${field}" is ${describeValue(value)}; expected ${expected}`,
  );
}
