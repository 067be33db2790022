import type { BucketQuery } from '@kairos/core';
import type { Document, IndexDescription } from 'mongodb';
import type { Reading } from '../read/reading.js';

/** What to ask a collection for a range of buckets. */
export interface SuggestedQuery {
  /** Finds the documents of the buckets, by the index. */
  readonly filter: Document;
  /** Puts documents in the order of time, and the chunks of a series in the order of arrival. */
  readonly sort: Document;
  /** `findOne` where at most one document can be the answer. */
  readonly method: 'find' | 'findOne';
  /** The buckets that are read, both included: the documents of counts and gauges may hold others as well. */
  readonly first: number;
  readonly last: number;
}

/** How the documents of a type hold buckets: what to ask for, and what is in them. */
export interface Documents {
  readonly index: IndexDescription & { readonly name: string };
  suggest(query: BucketQuery): SuggestedQuery;
  /** The fields that `reading` needs. */
  projection(query: BucketQuery): Document;
  /**
   * The stages with which the server adds documents up, as far as a query lets them be and it helps, to fewer ones that
   * `reading` takes as well; `null` where it does not.
   */
  addingUp(query: BucketQuery): Document[] | null;
  /** Whether a document is one of the collection, with the fields that `reading` needs. */
  isStored(document: object): boolean;
  /** Makes the rows of a query out of documents of the collection. */
  reading(query: BucketQuery): Reading;
  /** Filters that find, each by the index and none what another finds, what of an interval is in its retention. */
  within(interval: string, oldest: number | null): Document[];
  /** The first and the last document of a name in an interval that have data within its retention, each by a pipeline. */
  ends(name: string, interval: string, oldest: number | null): Document[][];
  /** The bucket for which a document that `ends` found is the first or the last. */
  endIn(document: Document, oldest: number | null): number;
  /** Finds documents in which nothing is within the retention. */
  expired(interval: string, oldest: number): Document;
  /** Finds the others that may hold something past it, and the update that takes that out; `null` where there are none. */
  trim(interval: string, oldest: number): { readonly filter: Document; readonly update: Document[] } | null;
}
