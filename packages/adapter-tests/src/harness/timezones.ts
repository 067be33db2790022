import type { IntervalsOptions } from '@kairos/core';

/** An interval's name in a timezone. Distinct names let timezones share a namespace. */
export function nameIn(timezone: string, interval: string): string {
  return `${interval} ${timezone}`;
}

export function intervalsIn(timezone: string, intervals: IntervalsOptions): IntervalsOptions {
  return Object.fromEntries(
    Object.entries(intervals).map(([interval, options]) => [nameIn(timezone, interval), options]),
  );
}
