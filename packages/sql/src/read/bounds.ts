import { type BucketBounds, type Retention, widen } from '@kairos/core';
import { padded } from '../padded.js';
import type { Statement } from '../session/session.js';
import type { Ends, Range, Slice } from '../windows.js';
import type { ReaderParts } from './reader.js';

/** Names and intervals per statement, and names per statement on one slice. */
const LOOKUPS = 64;
const SLICE_LOOKUPS = 8;

interface Lookup {
  /** The key of the name. */
  readonly name: unknown;
  readonly range: Range;
}

/** Finds the first and last bucket of some names in each interval. */
export class BoundsReader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    const { partitions, format } = this.#parts;
    const { partitioned, rest } = partitions.divide(retention);
    const keys = names.map((name) => format.key(name));
    const bounds = await this.#boundsOfRest(keys, rest);
    for (const [interval, oldest] of partitioned) {
      const slices = await partitions.slices(interval, oldest ?? undefined);
      const { first, last } = await this.#endsIn(slices, keys);
      if (first <= last) bounds.set(interval, { interval, first, last });
    }
    return bounds.values();
  }

  async #boundsOfRest(keys: readonly unknown[], retention: Retention): Promise<Map<string, BucketBounds>> {
    const lookups: Lookup[] = [];
    for (const [interval, oldest] of retention) {
      const range = this.#parts.windows.kept(interval, oldest);
      for (const name of keys) lookups.push({ name, range });
    }
    const bounds = new Map<string, BucketBounds>();
    for (let start = 0; start < lookups.length; start += LOOKUPS) {
      const part = lookups.slice(start, start + LOOKUPS);
      for (const [place, { first, last }] of await this.#look(padded(part, LOOKUPS))) {
        const interval = part[place]?.range.interval;
        if (interval !== undefined) widen(bounds, { interval, first, last });
      }
    }
    return bounds;
  }

  /**
   * Searches the slices from both ends, for a few names at a time, until one has data. Infinite if none has.
   */
  async #endsIn(slices: readonly Slice[], names: readonly unknown[]): Promise<Ends> {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let start = 0; start < names.length; start += SLICE_LOOKUPS) {
      const keys = padded(names.slice(start, start + SLICE_LOOKUPS), SLICE_LOOKUPS);
      for (const slice of slices) {
        const found = await this.#endsInSlice(keys, slice);
        first = Math.min(first, found.first);
        if (found.first !== Number.POSITIVE_INFINITY) break;
      }
      for (const slice of first === Number.POSITIVE_INFINITY ? [] : slices.toReversed()) {
        const found = await this.#endsInSlice(keys, slice);
        last = Math.max(last, found.last);
        if (found.last !== Number.NEGATIVE_INFINITY) break;
      }
    }
    return { first, last };
  }

  async #endsInSlice(keys: readonly unknown[], slice: Slice): Promise<Ends> {
    const range = this.#parts.windows.rangeOf(slice);
    const found = await this.#look(keys.map((name) => ({ name, range })));
    return {
      first: Math.min(...found.map(([, { first }]) => first)),
      last: Math.max(...found.map(([, { last }]) => last)),
    };
  }

  /** Runs look-ups. Returns the result of each that found data, with its place. */
  async #look(lookups: readonly Lookup[]): Promise<readonly Found[]> {
    const { session, statements } = this.#parts;
    if (session.dialect.spread === true) return this.#lookInTwo(lookups);
    const parameters = lookups.map(({ name, range }) => {
      const buckets = this.#bucketsOf(range);
      return twice([...buckets, ...this.#windowsOf(name, range), ...buckets]);
    });
    return this.#found(statements.bounds(lookups.length), parameters);
  }

  /** Does the same in two steps: the windows first, then the buckets in them. */
  async #lookInTwo(lookups: readonly Lookup[]): Promise<readonly Found[]> {
    const { statements } = this.#parts;
    const windows = await this.#found(
      statements.boundingWindows(lookups.length),
      lookups.map(({ name, range }) => twice([...this.#windowsOf(name, range), ...this.#bucketsOf(range)])),
    );
    if (windows.length === 0) return [];
    const found = windows.flatMap(([place, ends]) => {
      const lookup = lookups[place];
      return lookup === undefined ? [] : [{ place, ends, ...lookup }];
    });
    const some = padded(found, LOOKUPS);
    const bounds = await this.#found(
      statements.boundsInWindows(some.length),
      some.map(({ name, range, ends }) =>
        [ends.first, ends.last].flatMap((window) => [name, window, ...this.#bucketsOf(range)]),
      ),
    );
    return bounds.flatMap(([place, ends]) => {
      const lookup = found[place];
      return lookup === undefined ? [] : [[lookup.place, ends] as const];
    });
  }

  async #found(statement: Statement, parameters: readonly (readonly unknown[])[]): Promise<readonly Found[]> {
    const rows = await this.#parts.session.rows(statement, parameters.flat());
    return rows
      .filter(([, first]) => first !== null)
      .map(([place, first, last]) => [Number(place), { first: Number(first), last: Number(last) }]);
  }

  #windowsOf(name: unknown, { interval, windows }: Range): readonly unknown[] {
    return [name, this.#parts.format.intervalKey(interval), windows.first, windows.last];
  }

  #bucketsOf({ interval, first, last }: Range): readonly unknown[] {
    return [this.#parts.format.intervalKey(interval), first, last];
  }
}

/** What a look-up found, with its place among the others. */
type Found = readonly [place: number, ends: Ends];

function twice<V>(values: readonly V[]): readonly V[] {
  return [...values, ...values];
}
