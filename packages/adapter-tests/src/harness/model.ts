import type { TimeseriesType } from '@kairos/core';

export const types: readonly TimeseriesType[] = ['series', 'histogram', 'count', 'gauge', 'set'];

/** The types whose values may be strings. */
export const valueTypes = ['series', 'histogram', 'gauge', 'set'] as const;

/** A timestamp of the tests: 2023-11-14T22:13:20Z, the start of a minute and 20 seconds. */
export const T = 1_700_000_000;

/** The start of the minute of `T`. */
export const MINUTE = 1_699_999_980;

/** The start of the hour of `T`. */
export const HOUR = 1_699_999_200;

/** The data of a bucket that received these values in this order. */
export function dataOf(type: TimeseriesType, values: readonly (string | number)[]): unknown {
  switch (type) {
    case 'series':
      return [...values];
    case 'histogram': {
      const counts = new Map<string | number, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      return counts;
    }
    case 'count':
      return values.reduce<number>((total, value) => total + Number(value), 0);
    case 'gauge':
      return values.at(-1) ?? null;
    case 'set':
      return new Set(values);
  }
}
