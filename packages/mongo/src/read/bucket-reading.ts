import type { BucketQuery, BucketRow, Fold, StoredValue } from '@kairos/core';
import type { Document } from 'mongodb';
import type { BucketDocument } from '../layout.js';
import { isAddedUp, keyOf, PLACE } from './places.js';
import type { Reading } from './reading.js';

/** The types whose buckets have their own documents. */
export type BucketType = keyof typeof dataOf;

/** Reads the documents of each bucket, or those that the server has added up. */
export class BucketReading implements Reading {
  readonly #type: BucketType;
  readonly #fold: Fold | undefined;
  readonly #documents = new Map<string, BucketDocument[]>();

  constructor(type: BucketType, query: BucketQuery) {
    this.#type = type;
    this.#fold = foldOf(type, query);
  }

  take(document: BucketDocument): void {
    const key = keyOf(document, this.#fold);
    const parts = this.#documents.get(key);
    if (parts === undefined) this.#documents.set(key, [document]);
    else parts.push(document);
  }

  rows(): BucketRow[] {
    const rows: BucketRow[] = [];
    for (const parts of this.#documents.values()) {
      const [first] = parts;
      if (first === undefined) continue;
      const { name, bucket, resolution } = first;
      rows.push({ name, bucket, resolution, data: dataOf[this.#type](parts) });
    }
    return rows;
  }
}

/**
 * How far the server adds up the documents of a query. For a series it would have to return every value
 * anyway, and joining names alone saves too little.
 */
function foldOf(type: BucketType, { fold }: BucketQuery): Fold | undefined {
  if (type === 'series' || fold === undefined) return undefined;
  return fold.buckets || fold.resolutions ? fold : undefined;
}

/**
 * The stages that add up documents into fewer ones with the same fields, as far as the query allows; `null`
 * if it does not. Each result has the place of one of its documents.
 */
export function addingUp(type: BucketType, query: BucketQuery): Document[] | null {
  const fold = foldOf(type, query);
  if (fold === undefined) return null;
  const apart = PLACE.filter((field) => !isAddedUp(field, fold));
  const together = PLACE.filter((field) => isAddedUp(field, fold));
  const count = type === 'histogram' ? { count: { $sum: '$count' } } : {};
  return [
    {
      $group: {
        _id: Object.fromEntries(['member', ...apart].map((field) => [field, `$${field}`])),
        ...Object.fromEntries(together.map((field) => [field, { $first: `$${field}` }])),
        ...count,
      },
    },
    {
      $project: {
        ...Object.fromEntries(['member', ...apart].map((field) => [field, `$_id.${field}`])),
        ...Object.fromEntries([...together, ...Object.keys(count)].map((field) => [field, 1])),
        _id: 0,
      },
    },
  ];
}

const dataOf = {
  histogram: (parts: BucketDocument[]) => new Map(parts.map(({ member, count }) => [member, count])),
  set: (parts: BucketDocument[]) => new Set(parts.map(({ member }) => member)),
  series: arrivals,
};

/** The values of chunks in the order of their arrival. */
function arrivals(chunks: BucketDocument[]): StoredValue[] {
  chunks.sort((a, b) => (a.chunk ?? 0) - (b.chunk ?? 0));
  return chunks.flatMap(({ values = [] }) => values);
}
