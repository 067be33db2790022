import type { BulkInserts, Value } from '@kairos/core';

/** The values of one name at one second, from one line or several. */
export interface Entry {
  readonly second: number;
  readonly name: string;
  readonly values: Value[];
  /** How many lines the values came in: one of statsd may stand for several. */
  lines: number;
}

/** The inserts that go out as one bulk insert. */
export class Batch {
  #lines = 0;
  readonly #seconds = new Map<number, Map<string, Entry>>();
  /** Where the order counts: the place among the seconds of the last entry of each name. */
  readonly #places: Map<string, number> | null;
  readonly #placeOf = new Map<number, number>();

  /** `ordered`: values of a name have to stay in the order in which they came, whatever their seconds are. */
  constructor(ordered: boolean) {
    this.#places = ordered ? new Map() : null;
  }

  get lines(): number {
    return this.#lines;
  }

  /** How many entries there are. */
  get size(): number {
    let size = 0;
    for (const named of this.#seconds.values()) size += named.size;
    return size;
  }

  /** Adds the values of so many lines after those before them; `false`, and nothing is added, where that is no order. */
  add(second: number, name: string, values: readonly Value[], lines = 1): boolean {
    const named = this.#at(second);
    if (!this.#keepsOrder(second, name)) return false;
    const entry = named.get(name);
    if (entry === undefined) {
      named.set(name, { second, name, values: [...values], lines });
    } else {
      for (const value of values) entry.values.push(value);
      entry.lines += lines;
    }
    this.#lines += lines;
    return true;
  }

  *entries(): Generator<Entry> {
    for (const named of this.#seconds.values()) yield* named.values();
  }

  /** In the shape of `bulkInsert`. */
  inserts(): BulkInserts<Value> {
    const inserts = new Map<number, Map<string, Value[]>>();
    for (const [second, named] of this.#seconds) {
      if (named.size === 0) continue;
      const values = new Map<string, Value[]>();
      for (const [name, entry] of named) values.set(name, entry.values);
      inserts.set(second, values);
    }
    return inserts;
  }

  /** The entries that are among some inserts. */
  part(...inserts: readonly BulkInserts[]): Batch {
    const part = new Batch(this.#places !== null);
    for (const [second, named] of this.#seconds) {
      const names = new Set(inserts.flatMap((each) => namesOf(each.get(second))));
      for (const [name, { values, lines }] of named) {
        if (names.has(name)) part.add(second, name, values, lines);
      }
    }
    return part;
  }

  /** Its entries in two batches, the first ones in the first. */
  halves(): [Batch, Batch] {
    const half = Math.ceil(this.size / 2);
    const parts: [Batch, Batch] = [new Batch(this.#places !== null), new Batch(this.#places !== null)];
    let index = 0;
    for (const { second, name, values, lines } of this.entries()) {
      parts[index++ < half ? 0 : 1].add(second, name, values, lines);
    }
    return parts;
  }

  #at(second: number): Map<string, Entry> {
    const found = this.#seconds.get(second);
    if (found !== undefined) return found;
    const made = new Map<string, Entry>();
    this.#placeOf.set(second, this.#seconds.size);
    this.#seconds.set(second, made);
    return made;
  }

  /** A bulk insert goes second by second: a name may not come back to one before its last. */
  #keepsOrder(second: number, name: string): boolean {
    if (this.#places === null) return true;
    const place = this.#placeOf.get(second) ?? 0;
    if (place < (this.#places.get(name) ?? 0)) return false;
    this.#places.set(name, place);
    return true;
  }
}

function namesOf(named: ReturnType<BulkInserts['get']>): string[] {
  if (named === undefined) return [];
  return named instanceof Map ? [...named.keys()] : Object.keys(named);
}
