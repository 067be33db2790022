import type { BulkInserts, Value } from '@kairos/core';

/** The values of one name at one second, from one line or several. */
export interface Entry {
  readonly second: number;
  readonly name: string;
  readonly values: readonly Value[];
  /** How many lines the values came in: one of statsd may stand for several. */
  readonly lines: number;
}

/** The inserts that go out as one bulk insert. */
export class Batch {
  /** In the shape of `bulkInsert`. */
  readonly inserts = new Map<number, Map<string, Value[]>>();
  #lines = 0;
  readonly #ordered: boolean;
  /** Where the order counts: the place among the seconds of the last values of each name. */
  readonly #places = new Map<string, number>();
  readonly #placeOf = new Map<number, number>();
  /** How many lines fewer than values there are, where a line brought several or none. */
  readonly #surplus = new Map<readonly Value[], number>();
  #latest:
    | { readonly second: number; readonly named: Map<string, Value[]>; readonly place: number }
    | undefined;

  /** `ordered`: values of a name have to stay in the order in which they came, whatever their seconds are. */
  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  get lines(): number {
    return this.#lines;
  }

  /** How many entries there are. */
  get size(): number {
    let size = 0;
    for (const named of this.inserts.values()) size += named.size;
    return size;
  }

  /** Adds the value of a line after those before it; `false`, and nothing is added, where that is no order. */
  add(second: number, name: string, value: Value): boolean {
    const values = this.#valuesOf(second, name);
    if (values === undefined) return false;
    values.push(value);
    this.#lines++;
    return true;
  }

  /** Adds several values, which came in so many lines. */
  addAll(second: number, name: string, given: readonly Value[], lines: number): boolean {
    const values = this.#valuesOf(second, name);
    if (values === undefined) return false;
    for (const value of given) values.push(value);
    this.#lines += lines;
    const surplus = given.length - lines;
    if (surplus !== 0) this.#surplus.set(values, (this.#surplus.get(values) ?? 0) + surplus);
    return true;
  }

  *entries(): Generator<Entry> {
    for (const [second, named] of this.inserts) {
      for (const [name, values] of named) {
        yield { second, name, values, lines: values.length - (this.#surplus.get(values) ?? 0) };
      }
    }
  }

  /** The entries that are among some inserts. */
  part(...chosen: readonly BulkInserts[]): Batch {
    const part = new Batch(this.#ordered);
    for (const { second, name, values, lines } of this.entries()) {
      if (chosen.some((each) => holds(each, second, name))) part.addAll(second, name, values, lines);
    }
    return part;
  }

  names(): Set<string> {
    return new Set([...this.inserts.values()].flatMap((named) => [...named.keys()]));
  }

  /** A part of it, and with it, but not counted as lines again, whatever else there is of some names. */
  repeating(part: Batch | null, names: ReadonlySet<string>): Batch {
    const repeated = new Batch(this.#ordered);
    for (const { second, name, values, lines } of this.entries()) {
      const isPart = part !== null && holds(part.inserts, second, name);
      if (isPart || names.has(name)) repeated.addAll(second, name, values, isPart ? lines : 0);
    }
    return repeated;
  }

  /** Its entries in two batches, the first ones in the first. */
  halves(): [Batch, Batch] {
    const half = Math.ceil(this.size / 2);
    const parts: [Batch, Batch] = [new Batch(this.#ordered), new Batch(this.#ordered)];
    let index = 0;
    for (const { second, name, values, lines } of this.entries()) {
      parts[index++ < half ? 0 : 1].addAll(second, name, values, lines);
    }
    return parts;
  }

  /** Where values go; `undefined` where they would come before values that came before them. */
  #valuesOf(second: number, name: string): Value[] | undefined {
    const { named, place } = this.#at(second);
    // A bulk insert goes second by second: a name may not come back to one before its last.
    if (this.#ordered) {
      if (place < (this.#places.get(name) ?? 0)) return undefined;
      this.#places.set(name, place);
    }
    const found = named.get(name);
    if (found !== undefined) return found;
    const made: Value[] = [];
    named.set(name, made);
    return made;
  }

  /** The names at a second; lines beside each other are mostly of the same. */
  #at(second: number) {
    if (this.#latest?.second === second) return this.#latest;
    let named = this.inserts.get(second);
    if (named === undefined) {
      named = new Map();
      this.#placeOf.set(second, this.inserts.size);
      this.inserts.set(second, named);
    }
    this.#latest = { second, named, place: this.#placeOf.get(second) ?? 0 };
    return this.#latest;
  }
}

function holds(inserts: BulkInserts, second: number, name: string): boolean {
  const named = inserts.get(second);
  if (named === undefined) return false;
  return named instanceof Map ? named.has(name) : Object.hasOwn(named, name);
}
