import type { BucketRow } from '@kairos/core';
import type { Document } from 'mongodb';

/** Makes the rows of a read out of documents, one after the other: they need not all be there at once. */
export interface Reading {
  take(document: Document): void;
  rows(): BucketRow[];
}
