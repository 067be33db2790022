import {
  type BucketQuery,
  type BucketRow,
  describeValue,
  InvalidValueError,
  type TimeseriesType,
} from '@kairos/core';
import type { Collection, Document } from 'mongodb';
import type { BucketDocument } from './layout.js';
import { rowsOf } from './rows.js';

/** What the backend would ask the collection itself. */
export interface SuggestedQuery {
  /** Finds the documents of the buckets, by the index. */
  readonly filter: Document;
  /** Puts documents in the order of time, and the chunks of a series in the order of arrival. */
  readonly sort: Document;
  /** `findOne` where at most one document can be the answer. */
  readonly method: 'find' | 'findOne';
}

type Fetched = Document | null | Iterable<Document> | AsyncIterable<Document>;

/**
 * Reads in place of the backend's own query. It returns documents, as an array, a cursor or one alone: those of the
 * collection as they are, or documents with the data of a bucket as `value`, and with `bucket`, `resolution` (where
 * the interval has one) and `name` (where several are read) to say of which.
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

/** The query of a read. */
export function suggest(
  { names, interval, first, last }: BucketQuery,
  oneDocument: boolean,
): SuggestedQuery & { readonly method: 'find' | 'findOne' } {
  const [only] = names;
  return {
    filter: {
      name: names.length === 1 ? only : { $in: names },
      interval,
      bucket: first === last ? first : { $gte: first, $lte: last },
    },
    sort: { name: 1, bucket: 1, resolution: 1, chunk: 1 },
    method: oneDocument && names.length === 1 && first === last ? 'findOne' : 'find',
  };
}

/** The rows of what a customized `fetch` returned. */
export async function fetchedRows(
  type: TimeseriesType,
  query: BucketQuery,
  fetched: unknown,
): Promise<BucketRow[]> {
  const documents: BucketDocument[] = [];
  const rows: BucketRow[] = [];
  for await (const document of documentsOf(fetched)) {
    if (isStored(type, document)) documents.push(document);
    else rows.push(customRow(query, document));
  }
  return [...rowsOf(type, documents), ...rows];
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

/**
 * The fields that tell a document of the collection from one with a `value` of the user's own. That of a gauge is the
 * same as one, and is read as one.
 */
const fieldsOf: Readonly<Record<TimeseriesType, readonly (keyof BucketDocument)[]>> = {
  count: ['count'],
  gauge: ['value'],
  histogram: ['member', 'count'],
  set: ['member'],
  series: ['values'],
};

/** A document of the collection that holds a part of a bucket. */
function isStored(type: TimeseriesType, document: unknown): document is BucketDocument {
  return (
    typeof document === 'object' &&
    document !== null &&
    !('value' in document) &&
    typeof Reflect.get(document, 'bucket') === 'number' &&
    fieldsOf[type].every((field) => field in document)
  );
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
