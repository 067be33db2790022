import { type BucketWrite, describeValue, InvalidValueError, type TimeseriesType } from '@kairos/core';
import type { Directory } from '../directory/directory.js';
import type { Entry, Hint, WindowEntry } from '../directory/entries.js';
import type { IntervalWindows } from '../windows.js';

/** The limit of a partition key and of a clustering key, each at most 64 KiB, less some room for their numbers. */
export const KEY_BYTES = 60_000;

/** The writes to one window of a name. */
export interface WindowWrites<T extends TimeseriesType> {
  readonly name: string;
  readonly interval: string;
  readonly window: number;
  readonly writes: BucketWrite<T>[];
}

/** The writes of one name and interval, by window. */
export interface Group<T extends TimeseriesType> {
  readonly name: string;
  readonly interval: string;
  readonly windows: ReadonlyMap<number, WindowWrites<T>>;
  /** The part of its directory entry that this process has not written recently; `null` if there is none. */
  readonly entry: Entry | null;
}

export interface GroupingParts {
  readonly directory: Directory;
  readonly windows: IntervalWindows;
  /** Whether the data expires by itself. */
  readonly expires: boolean;
}

/** Groups writes by name, interval and window. The writes of a name come together. */
export class Grouping<T extends TimeseriesType> {
  readonly #parts: GroupingParts;

  constructor(parts: GroupingParts) {
    this.#parts = parts;
  }

  groupsOf(writes: readonly BucketWrite<T>[]): Group<T>[] {
    const groups: Omit<Group<T>, 'entry'>[] = [];
    let name: string | undefined;
    let named = new Map<string, Map<number, WindowWrites<T>>>();
    for (const write of writes) {
      const { interval } = write;
      if (write.name !== name) {
        name = write.name;
        checkKey(name, interval);
        named = new Map();
      }
      let windows = named.get(interval);
      if (windows === undefined) {
        windows = new Map();
        named.set(interval, windows);
        groups.push({ name, interval, windows });
      }
      const window = this.#parts.windows.of(interval).windowOf(write.bucket, write.resolution);
      const found = windows.get(window);
      if (found !== undefined) found.writes.push(write);
      else windows.set(window, { name, interval, window, writes: [write] });
    }
    return groups.map((group) => ({ ...group, entry: this.#entryOf(group) }));
  }

  #entryOf({ name, interval, windows }: Omit<Group<T>, 'entry'>): Entry | null {
    const { directory, expires } = this.#parts;
    const { spread } = this.#parts.windows.of(interval);
    const entered: WindowEntry[] = [];
    for (const { window, writes } of windows.values()) {
      if (directory.isFresh(name, interval, window)) continue;
      const last = expires ? lastExpiryOf(writes) : null;
      entered.push({ window, expiresAt: last === null ? null : last + spread });
    }
    const hint = entered.length === 0 ? null : this.hintOf(windows);
    return hint === null ? null : { name, interval, hint, windows: entered };
  }

  /** Hints at the newest bucket with a write that meets a condition. */
  hintOf(
    windows: ReadonlyMap<number, WindowWrites<T>>,
    condition: (write: BucketWrite<T>) => boolean = () => true,
  ): Hint | null {
    let newest: BucketWrite<T> | null = null;
    for (const { writes } of windows.values()) {
      for (const write of writes) {
        if (condition(write) && (newest === null || write.bucket > newest.bucket)) newest = write;
      }
    }
    if (newest === null) return null;
    return { bucket: newest.bucket, expiresAt: this.#parts.expires ? newest.expiresAt : null };
  }
}

/** When the last of some writes expires; `null` for never. */
function lastExpiryOf(writes: readonly BucketWrite[]): number | null {
  let last = 0;
  for (const { expiresAt } of writes) {
    if (expiresAt === null) return null;
    last = Math.max(last, expiresAt);
  }
  return last;
}

function checkKey(name: string, interval: string): void {
  const bytes = Buffer.byteLength(name) + Buffer.byteLength(interval);
  if (bytes <= KEY_BYTES) return;
  throw new InvalidValueError(
    `The name ${describeValue(name)} and the interval ${describeValue(interval)} have ${bytes} bytes; expected at most ${KEY_BYTES}, as much as Cassandra can hold in a key`,
  );
}
