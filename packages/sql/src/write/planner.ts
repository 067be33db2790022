import type { BucketWrite } from '@kairos/core';
import type { Directory, Entry } from '../directory.js';
import { isDigested } from '../key.js';
import type { Layout } from '../layout.js';
import type { RowFormat, RowLead } from '../rows.js';
import type { Session, Step } from '../session/session.js';
import { WriteStatements } from '../statements/write-statements.js';
import type { IntervalWindows } from '../windows.js';
import { batches } from './batches.js';
import { RowList } from './row-list.js';

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
    const rows = new RowList(session.dialect.rowsPerInsert);
    for (const { interval, window, writes: inWindow } of byWindow(writes, windows)) {
      const intervalKey = format.rowKey(interval);
      let last: string | undefined;
      let lead: RowLead = { interval: intervalKey, window, name: undefined };
      for (const write of inWindow) {
        const { name } = write;
        if (name !== last) {
          last = name;
          let key = keys.get(name);
          if (key === undefined) {
            key = format.rowKey(name);
            keys.set(name, key);
            if (isDigested(name)) long.push(name);
          }
          lead = { interval: intervalKey, window, name: key };
          const entered = { name, interval, window };
          if (!directory.isKnown(entered)) entries.push({ ...entered, keys: [key, intervalKey] });
        }
        rows.added(format.append(write, lead, rows.open));
      }
    }
    const steps: Step[] = long.sort().map((name) => ({
      statement: this.#statements.keepName(),
      parameters: [keys.get(name), format.rowText(name)],
    }));
    if (rows.rows > 0) steps.push(...directory.enter(entries));
    for (const batch of batches(rows, layout, session)) {
      steps.push({ statement: this.#statements.insert(batch.rows), parameters: batch.parameters });
    }
    return { steps, entries: rows.rows > 0 ? entries : [] };
  }
}

interface InWindow {
  readonly interval: string;
  readonly window: number;
  /** Sorted by name and bucket. */
  readonly writes: BucketWrite[];
}

/**
 * Groups writes by interval and window. Every process uses the same order, so that no two wait for each
 * other's rows.
 */
function byWindow(writes: readonly BucketWrite[], windows: IntervalWindows): InWindow[] {
  const intervals = new Map<string, Map<number, InWindow>>();
  for (const run of runsOf(writes).sort(byName)) {
    const { interval } = run;
    const { windowOf } = windows.of(interval);
    const groups = intervals.get(interval) ?? new Map<number, InWindow>();
    intervals.set(interval, groups);
    let group: InWindow | undefined;
    for (const write of run.writes) {
      const window = windowOf(write.bucket, write.resolution);
      if (window !== group?.window) {
        group = groups.get(window) ?? { interval, window, writes: [] };
        groups.set(window, group);
      }
      group.writes.push(write);
    }
  }
  const sorted = [...intervals.keys()]
    .sort()
    .flatMap((interval) =>
      [...(intervals.get(interval)?.values() ?? [])].sort((a, b) => a.window - b.window),
    );
  for (const group of sorted) group.writes.sort(byKey);
  return sorted;
}

interface Run {
  readonly name: string;
  readonly interval: string;
  readonly writes: BucketWrite[];
}

/** Consecutive writes of the same name and interval. Core gives the buckets of a name together. */
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

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}

function byKey(a: BucketWrite, b: BucketWrite): number {
  return byName(a, b) || a.bucket - b.bucket || a.resolution - b.resolution;
}
