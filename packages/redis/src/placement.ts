import { type Interval, intervalOf, type Retention, type Schema, type TimeseriesType } from '@kairos/core';
import { intervalField } from './layout.js';
import { sharesWindows, WindowFields } from './window-fields.js';

/** How the keys of an interval hold its buckets. */
export class Placement {
  /** The interval as it appears in keys. */
  readonly field: string;
  /** How buckets share hashes, if those of the type do. */
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

  /**
   * The arguments of `list` and `bounds` scripts for a retention: each interval, its oldest bucket or window,
   * and rank.
   */
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
