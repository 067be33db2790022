import { elapsed } from './elapsed.js';

/** Number of entries to remember. Long names are not remembered. */
const REMEMBERED_ENTRIES = 50_000;
const REMEMBERED_CHARACTERS = 512;

/**
 * The windows of each name that this process has recently entered in a directory and need not enter again. If
 * another process removes an entry, the directory must keep a mark of it until no process can still rely on
 * its own entry: longer than `freshMilliseconds` plus the duration of a write.
 */
export class RecentEntries {
  readonly #freshMilliseconds: number;
  /** By name, least recently written first: when each window of each interval was entered, in milliseconds. */
  readonly #names = new Map<string, Map<string, Map<number, number>>>();
  #size = 0;

  constructor(freshMilliseconds = 5 * 60_000) {
    this.#freshMilliseconds = freshMilliseconds;
  }

  has(name: string, interval: string, window: number): boolean {
    const entered = this.#names.get(name)?.get(interval)?.get(window);
    return entered !== undefined && elapsed() - entered < this.#freshMilliseconds;
  }

  add(name: string, interval: string, windows: Iterable<number>): void {
    if (name.length > REMEMBERED_CHARACTERS) return;
    const intervals = this.#names.get(name) ?? new Map<string, Map<number, number>>();
    this.#names.delete(name);
    this.#names.set(name, intervals);
    const entered = intervals.get(interval) ?? new Map<number, number>();
    intervals.delete(interval);
    intervals.set(interval, entered);
    this.#size -= entered.size;
    const now = elapsed();
    for (const window of windows) {
      entered.delete(window);
      entered.set(window, now);
    }
    this.#size += entered.size;
    this.#shrink();
  }

  #shrink(): void {
    if (this.#size <= REMEMBERED_ENTRIES) return;
    for (const [name, intervals] of this.#names) {
      for (const [interval, entered] of intervals) {
        for (const window of entered.keys()) {
          if (this.#size <= REMEMBERED_ENTRIES) return;
          entered.delete(window);
          this.#size--;
        }
        intervals.delete(interval);
      }
      this.#names.delete(name);
    }
  }

  delete(name: string): void {
    for (const entered of this.#names.get(name)?.values() ?? []) this.#size -= entered.size;
    this.#names.delete(name);
  }

  clear(): void {
    this.#names.clear();
    this.#size = 0;
  }
}
