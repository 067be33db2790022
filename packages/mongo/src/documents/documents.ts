import type { BucketQuery } from '@kairos/core';
import type { Document, IndexDescription } from 'mongodb';
import type { Reading } from '../read/reading.js';

/** The query for a range of buckets. */
export interface SuggestedQuery {
  /** Finds the documents of the buckets, using the index. */
  readonly filter: Document;
  /** Sorts documents by time, and the chunks of a series by arrival. */
  readonly sort: Document;
  /** `findOne` if at most one document can match. */
  readonly method: 'find' | 'findOne';
  /** The first and last bucket to read, both included. The documents of counts and gauges may hold others as well. */
  readonly first: number;
  readonly last: number;
}

/** How the documents of a type hold buckets: the queries for them, and how to read them. */
export interface Documents {
  readonly index: IndexDescription & { readonly name: string };
  suggest(query: BucketQuery): SuggestedQuery;
  /** The fields that `reading` needs. */
  projection(query: BucketQuery): Document;
  /**
   * The stages with which the server adds up documents, as far as the query allows and it helps, into fewer ones that
   * `reading` accepts too; `null` if it does not help.
   */
  addingUp(query: BucketQuery): Document[] | null;
  /** Whether a document comes from the collection, with the fields that `reading` needs. */
  isStored(document: object): boolean;
  /** Turns documents of the collection into the rows of a query. */
  reading(query: BucketQuery): Reading;
  /**
   * Filters that find the documents of an interval within its retention. Each uses the index, and no two find the same
   * document.
   */
  within(interval: string, oldest: number | null): Document[];
  /** Pipelines for the first and the last document of a name in an interval with data within its retention. */
  ends(name: string, interval: string, oldest: number | null): Document[][];
  /** The bucket for which a document of `ends` is the first or the last. */
  endIn(document: Document, oldest: number | null): number;
  /** Finds documents that hold nothing within the retention. */
  expired(interval: string, oldest: number): Document;
  /** Finds the others that may hold data past it, with the update that removes it; `null` if there are none. */
  trim(interval: string, oldest: number): { readonly filter: Document; readonly update: Document[] } | null;
}
