import type { BucketRow } from '@kairos/core';
import type { Document } from 'mongodb';

/** Turns documents into the rows of a read one by one, so that they need not all be in memory. */
export interface Reading {
  take(document: Document): void;
  rows(): BucketRow[];
}
