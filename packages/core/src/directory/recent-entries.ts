import { elapsed } from '../elapsed.js';

/** What is remembered; long names are not. */
const REMEMBERED_ENTRIES = 50_000;
const REMEMBERED_CHARACTERS = 512;

/**
 * Which windows of which names this process entered in a directory lately, and so need not enter again. What another
 * process takes out of the directory must stay there, as hardly more than a mark, until nobody can still be relying on
 * having entered it: for longer than `freshMilliseconds`, and the time that a write takes.
 */
export class RecentEntries {
  readonly #freshMilliseconds: number;
  /** By name, the longest unwritten first, the milliseconds at which its windows were entered. */
  readonly #names = new Map<string, Map<string, number>>();
  #size = 0;

  constructor(freshMilliseconds = 5 * 60_000) {
    this.#freshMilliseconds = freshMilliseconds;
  }

  has(name: string, interval: string, window: number): boolean {
    const written = this.#names.get(name)?.get(keyOf(interval, window));
    return written !== undefined && elapsed() - written < this.#freshMilliseconds;
  }

  add(name: string, interval: string, windows: Iterable<number>): void {
    if (name.length > REMEMBERED_CHARACTERS) return;
    const written = this.#names.get(name) ?? new Map<string, number>();
    this.#names.delete(name);
    this.#names.set(name, written);
    this.#size -= written.size;
    for (const window of windows) {
      const key = keyOf(interval, window);
      written.delete(key);
      written.set(key, elapsed());
    }
    this.#size += written.size;
    this.#shrink();
  }

  #shrink(): void {
    for (const [name, written] of this.#names) {
      for (const key of written.keys()) {
        if (this.#size <= REMEMBERED_ENTRIES) return;
        written.delete(key);
        this.#size--;
      }
      this.#names.delete(name);
    }
  }

  delete(name: string): void {
    this.#size -= this.#names.get(name)?.size ?? 0;
    this.#names.delete(name);
  }

  clear(): void {
    this.#names.clear();
    this.#size = 0;
  }
}

function keyOf(interval: string, window: number): string {
  return `${window}\0${interval}`;
}
