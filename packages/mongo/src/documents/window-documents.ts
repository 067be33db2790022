import type { BucketQuery, Interval, Windows } from '@kairos/core';
import { windowsOf } from '@kairos/core';
import type { Document } from 'mongodb';
import { fieldOf, placeOf, WINDOW_INDEX, WINDOW_SIZE, type WindowType } from '../layout.js';
import { WindowReading } from '../read/window-reading.js';
import type { Documents, SuggestedQuery } from './documents.js';

/** The windows of an interval. */
export interface WindowedInterval {
  readonly windows: Windows;
  /** Whether it has a finer resolution. */
  readonly resolved: boolean;
}

export type WindowedIntervals = ReadonlyMap<string, WindowedInterval>;

export function windowed(intervals: ReadonlyMap<string, Interval>): WindowedIntervals {
  return new Map(
    [...intervals].map(([name, interval]) => [
      name,
      { windows: windowsOf(interval, WINDOW_SIZE), resolved: interval.resolution !== null },
    ]),
  );
}

/** The windows of an interval that core asks for, which is always one of those opened. */
export function windowedInterval(intervals: WindowedIntervals, name: string): WindowedInterval {
  const interval = intervals.get(name);
  if (interval === undefined) throw new TypeError(`There is no interval ${JSON.stringify(name)}`);
  return interval;
}

/** Counts and gauges: the buckets of a window share a document. */
export class WindowDocuments implements Documents {
  readonly index = WINDOW_INDEX;
  readonly #type: WindowType;
  readonly #intervals: WindowedIntervals;

  constructor(type: WindowType, intervals: WindowedIntervals) {
    this.#type = type;
    this.#intervals = intervals;
  }

  suggest({ names, interval, first, last }: BucketQuery): SuggestedQuery {
    const [only] = names;
    const windows = windowedInterval(this.#intervals, interval).windows.windowsOf(first, last);
    const single = windows.first === windows.last;
    return {
      filter: {
        name: names.length === 1 ? only : { $in: names },
        interval,
        window: single ? windows.first : { $gte: windows.first, $lte: windows.last },
      },
      sort: { name: 1, window: 1 },
      method: single && names.length === 1 ? 'findOne' : 'find',
      first,
      last,
    };
  }

  projection({ interval, first, last }: BucketQuery): Document {
    const { resolved } = windowedInterval(this.#intervals, interval);
    const buckets = first === last && !resolved ? `buckets.${fieldOf(first, 0, false)}` : 'buckets';
    return { _id: 0, name: 1, [buckets]: 1 };
  }

  /** Windows are few, so their contents are added up as they arrive. */
  addingUp(): null {
    return null;
  }

  isStored(document: object): boolean {
    const buckets: unknown = Reflect.get(document, 'buckets');
    return (
      typeof Reflect.get(document, 'name') === 'string' && typeof buckets === 'object' && buckets !== null
    );
  }

  reading(query: BucketQuery): WindowReading {
    return new WindowReading(this.#type, query);
  }

  within(interval: string, oldest: number | null): Document[] {
    if (oldest === null) return [{ interval }];
    const edge = this.#windowAt(interval, oldest);
    // Only in the window of the oldest bucket may a document hold nothing but older buckets.
    return [
      { interval, window: { $gt: edge } },
      { interval, window: edge, last: { $gte: oldest } },
    ];
  }

  ends(name: string, interval: string, oldest: number | null): Document[][] {
    const kept =
      oldest === null
        ? { interval }
        : { interval, window: { $gte: this.#windowAt(interval, oldest) }, last: { $gte: oldest } };
    return [
      [1, { $map: { input: { $objectToArray: '$buckets' }, in: '$$this.k' } }] as const,
      [-1, ['$last']] as const,
    ].map(([order, fields]) => [
      { $match: { name, ...kept } },
      { $sort: { name: order, interval: order, window: order } },
      { $limit: 1 },
      { $project: { _id: 0, interval: 1, fields } },
    ]);
  }

  endIn({ fields }: Document, oldest: number | null): number {
    let end = Number.POSITIVE_INFINITY;
    for (const field of fields) {
      const { bucket } = placeOf(String(field));
      if (bucket < end && (oldest === null || bucket >= oldest)) end = bucket;
    }
    return end;
  }

  expired(interval: string, oldest: number): Document {
    return { interval, window: { $lte: this.#windowAt(interval, oldest) }, last: { $lt: oldest } };
  }

  trim(interval: string, oldest: number) {
    const filter = { interval, window: this.#windowAt(interval, oldest), last: { $gte: oldest } };
    const bucket = { $toLong: { $arrayElemAt: [{ $split: ['$$this.k', '_'] }, 0] } };
    const kept = { $filter: { input: { $objectToArray: '$buckets' }, cond: { $gte: [bucket, oldest] } } };
    return { filter, update: [{ $set: { buckets: { $arrayToObject: kept } } }] };
  }

  /** The window in which a bucket begins. */
  #windowAt(interval: string, bucket: number): number {
    return windowedInterval(this.#intervals, interval).windows.windowsOf(bucket, bucket).first;
  }
}
