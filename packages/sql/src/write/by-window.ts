import type { BucketWrite } from '@kairos/core';
import type { IntervalWindows } from '../windows.js';

/** The writes of one window, name by name in the order of names. */
export interface InWindow {
  readonly interval: string;
  readonly window: number;
  readonly parts: readonly OfName[];
}

/** The writes of one name in a window, in the order of buckets. */
export interface OfName {
  readonly name: string;
  readonly writes: readonly BucketWrite[];
}

/**
 * Groups writes by interval, window and name. Every process uses the same order, so that no two wait for each
 * other's rows.
 */
export function byWindow(writes: readonly BucketWrite[], windows: IntervalWindows): readonly InWindow[] {
  const intervals = new Map<string, Map<number, Run[]>>();
  for (const { name, interval, writes: run } of runsOf(writes).sort(byName)) {
    const { windowOf } = windows.of(interval);
    const groups = intervals.get(interval) ?? new Map<number, Run[]>();
    intervals.set(interval, groups);
    let part: Run | undefined;
    let current: number | undefined;
    for (const write of run) {
      const window = windowOf(write.bucket, write.resolution);
      if (part === undefined || window !== current) {
        current = window;
        part = partOf(groups, window, name, interval);
      }
      part.writes.push(write);
    }
  }
  return [...intervals.keys()].sort().flatMap((interval) =>
    [...(intervals.get(interval) ?? [])]
      .sort(([window], [other]) => window - other)
      .map(([window, parts]) => {
        for (const part of parts) part.writes.sort(byBucket);
        return { interval, window, parts };
      }),
  );
}

/** Consecutive writes of the same name and interval. */
interface Run {
  readonly name: string;
  readonly interval: string;
  readonly writes: BucketWrite[];
}

/** Core gives the buckets of a name together. */
function runsOf(writes: readonly BucketWrite[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const write of writes) {
    const { name, interval } = write;
    if (name !== run?.name || interval !== run.interval) {
      run = { name, interval, writes: [] };
      runs.push(run);
    }
    run.writes.push(write);
  }
  return runs;
}

/** The part of a name in a window. Names come in order, so it is the last one or a new one. */
function partOf(groups: Map<number, Run[]>, window: number, name: string, interval: string): Run {
  const parts = groups.get(window) ?? [];
  groups.set(window, parts);
  const last = parts.at(-1);
  if (last?.name === name) return last;
  const part: Run = { name, interval, writes: [] };
  parts.push(part);
  return part;
}

function byName(a: Run, b: Run): number {
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}

function byBucket(a: BucketWrite, b: BucketWrite): number {
  return a.bucket - b.bucket || a.resolution - b.resolution;
}
