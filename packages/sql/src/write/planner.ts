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

/** The steps of writes, and the windows that they enter. */
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

  /** Whole names come first, then entries, then rows. */
  plan(writes: readonly BucketWrite[]): WritePlan {
    const { session, layout, format, directory, windows } = this.#parts;
    const placed = writes.map((write) => ({ write, window: windowOf(windows, write) }));
    if (placed.length > 1) placed.sort(byKey);
    const keys = new Map<string, unknown>();
    const long: string[] = [];
    const entries: Entry[] = [];
    const parameters: unknown[] = [];
    let rows = 0;
    // Writes into a window of an interval come name by name, so that a name's new windows need not be looked for.
    let last: Omit<Entry, 'keys'> | undefined;
    for (const { write, window } of placed) {
      const { name, interval } = write;
      let key = keys.get(name);
      if (key === undefined) {
        key = format.key(name);
        keys.set(name, key);
        if (isDigested(name)) long.push(name);
      }
      if (last?.name !== name || last.window !== window || last.interval !== interval) {
        last = { name, interval, window };
        if (!directory.isKnown(last)) entries.push({ ...last, keys: [key, format.intervalKey(interval)] });
      }
      rows += format.append(write, window, key, parameters);
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

function windowOf(windows: IntervalWindows, { interval, bucket, resolution }: BucketWrite): number {
  return windows.of(interval).windowOf(bucket, resolution);
}

interface Placed {
  readonly write: BucketWrite;
  readonly window: number;
}

/** The same for every process, so that no two wait for each other's rows. */
function byKey({ write: a, window }: Placed, { write: b, window: other }: Placed): number {
  if (a.interval !== b.interval) return a.interval < b.interval ? -1 : 1;
  if (window !== other) return window - other;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.bucket - b.bucket || a.resolution - b.resolution;
}
