import { type Interval, intervalOf, type Retention, type Schema, type TimeseriesType } from '@kairos/core';
import { intervalField } from './layout.js';
import { sharesWindows, WindowFields } from './window-fields.js';

/** Where the buckets of an interval are kept. */
export class Placement {
  /** The interval as it stands in keys. */
  readonly field: string;
  /** Where buckets of the type share hashes. */
  readonly windows: WindowFields | undefined;

  constructor(
    type: TimeseriesType,
    readonly interval: Interval,
  ) {
    this.field = intervalField(interval.name, interval.resolution !== null);
    this.windows = sharesWindows(type) ? new WindowFields(interval) : undefined;
  }
}

/** The placement of each interval. */
export class Placements {
  readonly #schema: Schema;
  readonly #known = new Map<string, Placement>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  of(interval: string): Placement {
    let placement = this.#known.get(interval);
    if (placement === undefined) {
      placement = new Placement(this.#schema.type, intervalOf(this.#schema, interval));
      this.#known.set(interval, placement);
    }
    return placement;
  }

  /** What is kept, as the scripts of `list` and `bounds` take it: an interval, its oldest bucket or window, and rank. */
  argumentsOf(retention: Retention): string[] {
    const args: string[] = [];
    for (const [name, oldest] of retention) {
      const { field, windows } = this.of(name);
      args.push(field);
      if (oldest === null) {
        args.push('', '');
      } else if (windows === undefined) {
        args.push(String(oldest), '');
      } else {
        const { window, rank } = windows.edgeOf(oldest);
        args.push(String(window), String(rank));
      }
    }
    return args;
  }
}
