import type { BucketQuery, BucketRow, Fold } from '@kairos/core';
import type { Document } from 'mongodb';
import { placeOf, type WindowType } from '../layout.js';
import { keyOf } from './places.js';
import type { Reading } from './reading.js';

type Moment = Pick<BucketRow, 'bucket' | 'resolution'>;

interface Added {
  /** The row, at the place of its first bucket. */
  row: BucketRow;
  data: unknown;
  /** The time of its last bucket. */
  last: Moment;
}

/** Reads the buckets of windows, and adds them up as far as the read allows: counts, and the last reading of gauges. */
export class WindowReading implements Reading {
  readonly #type: WindowType;
  readonly #query: BucketQuery;
  readonly #rows: BucketRow[] = [];
  readonly #added = new Map<string, Added>();

  constructor(type: WindowType, query: BucketQuery) {
    this.#type = type;
    this.#query = query;
  }

  take({ name, buckets = {} }: Document): void {
    const { first, last, fold } = this.#query;
    for (const field of Object.keys(buckets)) {
      const { bucket, resolution } = placeOf(field);
      if (bucket < first || bucket > last) continue;
      const row = { name, bucket, resolution, data: buckets[field] };
      if (fold === undefined) this.#rows.push(row);
      else this.#add(row, fold);
    }
  }

  rows(): BucketRow[] {
    return [...this.#rows, ...Array.from(this.#added.values(), ({ row, data }) => ({ ...row, data }))];
  }

  #add(row: BucketRow, fold: Fold): void {
    const key = keyOf(row, fold);
    const added = this.#added.get(key);
    if (added === undefined) {
      this.#added.set(key, { row, data: row.data, last: row });
    } else if (this.#type === 'count') {
      added.data = Number(added.data) + Number(row.data);
    } else if (isBefore(row, added.row)) {
      added.row = row;
    } else if (isBefore(added.last, row)) {
      added.data = row.data;
      added.last = row;
    }
  }
}

function isBefore(one: Moment, other: Moment): boolean {
  return one.bucket < other.bucket || (one.bucket === other.bucket && one.resolution < other.resolution);
}
