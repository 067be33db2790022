import { type BucketBounds, type Retention, widen } from '@kairos/core';
import type { Document } from 'mongodb';
import type { ReaderParts } from './reader.js';
import { united } from './united.js';

/** How many pipelines go out as one, because servers take at most 1,000 stages. */
const AT_ONCE = 400;

/** Finds the first and the last bucket that names have in each interval. */
export class BoundsReader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    const { documents } = this.#parts;
    const pipelines: Document[][] = [];
    for (const [interval, oldest] of retention) {
      for (const name of names) pipelines.push(...documents.ends(name, interval, oldest));
    }
    const found: Promise<Document[]>[] = [];
    for (let start = 0; start < pipelines.length; start += AT_ONCE) {
      found.push(united(this.#parts, pipelines.slice(start, start + AT_ONCE)));
    }
    const bounds = new Map<string, BucketBounds>();
    for (const document of (await Promise.all(found)).flat()) {
      const { interval } = document;
      const bucket = documents.endIn(document, retention.get(interval) ?? null);
      widen(bounds, { interval, first: bucket, last: bucket });
    }
    return bounds.values();
  }
}
