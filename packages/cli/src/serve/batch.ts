import type { BulkInserts, Value } from '@kairos/core';

/** The values of one name at one second, from one line or several. */
export interface Entry {
  readonly second: number;
  readonly name: string;
  readonly values: readonly Value[];
  /** The number of lines that contained the values. One line of statsd may stand for several values. */
  readonly lines: number;
}

/** The inserts of one bulk insert. */
export class Batch {
  /** In the form that `bulkInsert` takes. */
  readonly inserts = new Map<number, Map<string, Value[]>>();
  #lines = 0;
  readonly #ordered: boolean;
  /**
   * For ordered batches: the index of the second that holds each name's last values. Created once a second
   * comes back.
   */
  #places: Map<string, number> | undefined;
  readonly #placeOf = new Map<number, number>();
  /** Number of values minus number of lines, for lists in which they differ. */
  readonly #surplus = new Map<readonly Value[], number>();
  #latest:
    | { readonly second: number; readonly named: Map<string, Value[]>; readonly place: number }
    | undefined;

  /** `ordered`: a name's values must stay in the order of arrival, even if their seconds do not. */
  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Number of entries. */
  get size(): number {
    let size = 0;
    for (const named of this.inserts.values()) size += named.size;
    return size;
  }

  /** Adds the value of a line. If that would break the order, adds nothing and returns `false`. */
  add(second: number, name: string, value: Value): boolean {
    // A list of its size takes far less memory than one that grows.
    if (this.#append(second, name, [value]) === undefined) return false;
    this.#lines++;
    return true;
  }

  /** Adds several values that came in `lines` lines. */
  addAll(second: number, name: string, given: readonly Value[], lines: number): boolean {
    const values = this.#append(second, name, [...given]);
    if (values === undefined) return false;
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

  /** The entries contained in some inserts. */
  part(...chosen: readonly BulkInserts[]): Batch {
    const part = new Batch(this.#ordered);
    for (const { second, name, values, lines } of this.entries()) {
      if (chosen.some((each) => holds(each, second, name))) part.addAll(second, name, values, lines);
    }
    return part;
  }

  /** Splits the entries into two batches and keeps their order. */
  halves(): [Batch, Batch] {
    const half = Math.ceil(this.size / 2);
    const parts: [Batch, Batch] = [new Batch(this.#ordered), new Batch(this.#ordered)];
    let index = 0;
    for (const { second, name, values, lines } of this.entries()) {
      parts[index++ < half ? 0 : 1].addAll(second, name, values, lines);
    }
    return parts;
  }

  /** Returns the list of all values. `undefined` if these would come before earlier ones. */
  #append(second: number, name: string, given: Value[]): readonly Value[] | undefined {
    const { named, place } = this.#at(second);
    // A bulk insert is written second by second, so a name may not return to an earlier second.
    if (this.#ordered && !this.#moves(name, place)) return undefined;
    const found = named.get(name);
    if (found === undefined) {
      named.set(name, given);
      return given;
    }
    for (const value of given) found.push(value);
    return found;
  }

  /** Moves a name to the place of a second. Returns `false` if the name is already at a later one. */
  #moves(name: string, place: number): boolean {
    // As long as the seconds ascend, no name can be at a later one.
    if (this.#places === undefined && place === this.inserts.size - 1) return true;
    this.#places ??= this.#lastPlaces();
    if (place < (this.#places.get(name) ?? 0)) return false;
    this.#places.set(name, place);
    return true;
  }

  #lastPlaces(): Map<string, number> {
    const places = new Map<string, number>();
    let place = 0;
    for (const named of this.inserts.values()) {
      for (const name of named.keys()) places.set(name, place);
      place++;
    }
    return places;
  }

  /** The names of a second. Adjacent lines mostly share it. */
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
