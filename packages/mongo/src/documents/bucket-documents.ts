import type { BucketQuery } from '@kairos/core';
import type { Document } from 'mongodb';
import { BUCKET_INDEX, type WindowType } from '../layout.js';
import { addingUp, BucketReading, type BucketType } from '../read/bucket-reading.js';
import type { Documents, SuggestedQuery } from './documents.js';

/** The fields that distinguish a document of the collection from the user's own. */
const fieldsOf = {
  histogram: ['member', 'count'],
  set: ['member'],
  series: ['values'],
} as const satisfies Record<BucketType, readonly string[]>;

/** Fields that a row does not need. */
const UNREAD = { _id: 0, expiresAt: 0, interval: 0 };

/** Series, histograms and sets: each bucket has its own documents. */
export class BucketDocuments implements Documents {
  readonly index = BUCKET_INDEX;
  readonly #type: BucketType;

  constructor(type: Exclude<BucketType, WindowType>) {
    this.#type = type;
  }

  suggest({ names, interval, first, last }: BucketQuery): SuggestedQuery {
    const [only] = names;
    return {
      filter: {
        name: names.length === 1 ? only : { $in: names },
        interval,
        bucket: first === last ? first : { $gte: first, $lte: last },
      },
      sort: { name: 1, bucket: 1, resolution: 1, chunk: 1 },
      method: 'find',
      first,
      last,
    };
  }

  projection(): Document {
    return UNREAD;
  }

  addingUp(query: BucketQuery): Document[] | null {
    return addingUp(this.#type, query);
  }

  isStored(document: object): boolean {
    return (
      typeof Reflect.get(document, 'bucket') === 'number' &&
      fieldsOf[this.#type].every((field) => field in document)
    );
  }

  reading(query: BucketQuery): BucketReading {
    return new BucketReading(this.#type, query);
  }

  within(interval: string, oldest: number | null): Document[] {
    return [oldest === null ? { interval } : { interval, bucket: { $gte: oldest } }];
  }

  ends(name: string, interval: string, oldest: number | null): Document[][] {
    const found = this.within(interval, oldest);
    return found.flatMap((filter) =>
      [1, -1].map((order) => [
        { $match: { name, ...filter } },
        { $sort: { name: order, interval: order, bucket: order } },
        { $limit: 1 },
        { $project: { _id: 0, interval: 1, bucket: 1 } },
      ]),
    );
  }

  endIn({ bucket }: Document): number {
    return bucket;
  }

  expired(interval: string, oldest: number): Document {
    return { interval, bucket: { $lt: oldest } };
  }

  trim(): null {
    return null;
  }
}
