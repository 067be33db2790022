import { elapsed } from './elapsed.js';

/** An entry that this process wrote so recently is not written again. */
const FRESH_MILLISECONDS = 5 * 60_000;

/** What is remembered; long names are not. */
const REMEMBERED_ENTRIES = 50_000;
const REMEMBERED_CHARACTERS = 512;

/** Which entries of the directory this process wrote lately. */
export class RecentEntries {
  /** By name, the longest unwritten first, the milliseconds at which its windows were entered. */
  readonly #names = new Map<string, Map<string, number>>();
  #size = 0;

  has(name: string, interval: string, window: number): boolean {
    const written = this.#names.get(name)?.get(keyOf(interval, window));
    return written !== undefined && elapsed() - written < FRESH_MILLISECONDS;
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
