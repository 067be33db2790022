import type { BucketWrite } from '@kairos/core';
import type { Directory, Entry } from '../directory.js';
import { isDigested } from '../key.js';
import type { Layout } from '../layout.js';
import type { RowFormat } from '../rows.js';
import type { Session, Step } from '../session/session.js';
import { WriteStatements } from '../statements/write-statements.js';
import type { IntervalWindows } from '../windows.js';
import { batches } from './batches.js';

export interface PlannerParts {
  readonly session: Session;
  readonly layout: Layout;
  readonly format: RowFormat;
  readonly directory: Directory;
  readonly windows: IntervalWindows;
}

/** The steps of some writes, and the windows that they enter. */
export interface WritePlan {
  readonly steps: readonly Step[];
  readonly entries: readonly Entry[];
}

/** Turns bucket writes into the steps of a transaction. */
export class WritePlanner {
  readonly #parts: PlannerParts;
  readonly #statements: WriteStatements;

  constructor(parts: PlannerParts) {
    this.#parts = parts;
    this.#statements = new WriteStatements(parts.layout, parts.session);
  }

  /** Full names come first, then entries, then rows. */
  plan(writes: readonly BucketWrite[]): WritePlan {
    const { session, layout, format, directory, windows } = this.#parts;
    const keys = new Map<string, unknown>();
    const long: string[] = [];
    const entries: Entry[] = [];
    const parameters: unknown[] = [];
    let rows = 0;
    for (const { interval, window, writes: inWindow } of byWindow(writes, windows)) {
      let last: string | undefined;
      for (const write of inWindow) {
        const { name } = write;
        let key = keys.get(name);
        if (key === undefined) {
          key = format.key(name);
          keys.set(name, key);
          if (isDigested(name)) long.push(name);
        }
        if (name !== last) {
          last = name;
          const entered = { name, interval, window };
          if (!directory.isKnown(entered)) {
            entries.push({ ...entered, keys: [key, format.intervalKey(interval)] });
          }
        }
        rows += format.append(write, window, key, parameters);
      }
    }
    const steps: Step[] = long.sort().map((name) => ({
      statement: this.#statements.keepName(),
      parameters: [keys.get(name), session.dialect.text.bind(name)],
    }));
    if (rows > 0) steps.push(...directory.enter(entries));
    for (const batch of batches(parameters, rows, layout, session)) {
      steps.push({ statement: this.#statements.insert(batch.rows), parameters: batch.parameters });
    }
    return { steps, entries: rows > 0 ? entries : [] };
  }
}

interface InWindow {
  readonly interval: string;
  readonly window: number;
  /** Sorted by name and bucket. */
  readonly writes: readonly BucketWrite[];
}

/**
 * Groups writes by interval and window. Every process uses the same order, so that no two wait for each
 * other's rows.
 */
function byWindow(writes: readonly BucketWrite[], windows: IntervalWindows): InWindow[] {
  const named = new Map<string, BucketWrite[]>();
  for (const write of writes) listIn(named, write.name).push(write);
  const intervals = new Map<string, Map<number, BucketWrite[]>>();
  for (const name of [...named.keys()].sort()) {
    for (const write of listIn(named, name).sort(byBucket)) {
      const { interval, bucket, resolution } = write;
      let ofInterval = intervals.get(interval);
      if (ofInterval === undefined) {
        ofInterval = new Map();
        intervals.set(interval, ofInterval);
      }
      listIn(ofInterval, windows.of(interval).windowOf(bucket, resolution)).push(write);
    }
  }
  return [...intervals.keys()]
    .sort()
    .flatMap((interval) =>
      [...(intervals.get(interval) ?? [])]
        .sort(([window], [other]) => window - other)
        .map(([window, inWindow]) => ({ interval, window, writes: inWindow })),
    );
}

/** Returns the list of a key. Creates it if it does not exist. */
function listIn<K>(lists: Map<K, BucketWrite[]>, key: K): BucketWrite[] {
  const found = lists.get(key);
  if (found !== undefined) return found;
  const made: BucketWrite[] = [];
  lists.set(key, made);
  return made;
}

function byBucket(a: BucketWrite, b: BucketWrite): number {
  return a.bucket - b.bucket || a.resolution - b.resolution;
}
