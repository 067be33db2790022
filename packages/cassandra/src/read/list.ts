import { forEachAtOnce, type Retention, type Schema, type TimeseriesType } from '@kairos/core';
import type { Directory } from '../directory/directory.js';
import type { NameEntry } from '../directory/entries.js';
import type { RowForm } from '../rows/row-form.js';
import type { Edges } from './edges.js';

const NAMES_AT_ONCE = 32;

/** Finds the names that have data within their retention, and removes abandoned names from the directory. */
export class NameLister<T extends TimeseriesType> {
  readonly #form: RowForm<T>;
  readonly #schema: Schema<T>;
  readonly #directory: Directory;
  readonly #edges: Edges<T>;

  constructor(form: RowForm<T>, schema: Schema<T>, directory: Directory, edges: Edges<T>) {
    this.#form = form;
    this.#schema = schema;
    this.#directory = directory;
    this.#edges = edges;
  }

  async list(retention: Retention, prefix: string): Promise<string[]> {
    const listed: string[] = [];
    const look = async (entry: NameEntry) => {
      if (isHinted(entry, retention) || (await this.#hasData(entry.name, retention))) listed.push(entry.name);
      else if (this.#directory.isAbandoned(entry)) await this.#removeEmpty(entry);
    };
    await this.#directory.forEachName((names) => forEachAtOnce(names, NAMES_AT_ONCE, look), prefix);
    return listed;
  }

  async #hasData(name: string, retention: Retention): Promise<boolean> {
    for (const place of (await this.#edges.partitionsWithin(name, retention)).toReversed()) {
      const oldest = retention.get(place.interval) ?? null;
      if ((await this.#edges.edge(place, oldest, 'last')) !== undefined) return true;
    }
    return false;
  }

  /**
   * Removes a name without data in any interval. All intervals count: another process may have intervals that this one
   * does not know, or keep them for longer.
   */
  async #removeEmpty(entry: NameEntry): Promise<void> {
    const { name } = entry;
    const windows = await this.#directory.windowsOf(name);
    if (windows.some(({ interval }) => this.#keepsCounters(interval))) return;
    for (const window of windows.toReversed()) {
      if ((await this.#edges.edge({ name, ...window }, null, 'last')) !== undefined) return;
    }
    await this.#directory.remove(entry);
  }

  /** Windows whose counters were reset stay in the directory until `expire` deletes them. */
  #keepsCounters(interval: string): boolean {
    return this.#form.counter && this.#schema.intervals.get(interval)?.steps !== null;
  }
}

/** Whether a name is known to have data within its retention. */
function isHinted({ intervals }: NameEntry, retention: Retention): boolean {
  return intervals.some(({ interval, hint }) => {
    const oldest = retention.get(interval);
    return hint !== null && oldest !== undefined && (oldest === null || hint >= oldest);
  });
}
