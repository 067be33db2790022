import { setImmediate as otherWork } from 'node:timers/promises';
import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  ConfigurationError,
  type CustomFunction,
  describeValue,
  InvalidValueError,
  type Loss,
  type OpenRequest,
  overflows,
  type Retention,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  type TimeseriesType,
  type Windows,
  type WriteFailure,
  windowsOf,
} from '@kairos/core';
import { batches } from './batches.js';
import { bounded, Directory, type Entry, type Range, rangeOf } from './directory.js';
import { isDigested, keysOfPrefix } from './key.js';
import { describeLayout, type Layout } from './layout.js';
import type { CheckedOptions } from './options.js';
import { padded } from './padded.js';
import type { Partitions, Slice } from './partitions.js';
import { Reader } from './read/reader.js';
import { RowFormat } from './rows.js';
import type { Session, Statement, Step } from './session/session.js';
import type { Parts } from './spread/parts.js';
import type { Shards } from './spread/shards.js';
import type { Spread } from './spread/spread.js';
import { Statements } from './statements.js';
import type { Limits } from './values/value-type.js';

/** Names and buckets of one statement: of `bounds`, and of a step of `expire`. */
const LOOKUPS = 64;
const SLICE_LOOKUPS = 8;
const EXPIRE_WINDOWS = 64;
const EXPIRE_ROWS = 5000;

export class SqlAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #layout: Layout;
  readonly #session: Session;
  readonly #statements: Statements;
  readonly #directory: Directory;
  readonly #windows: ReadonlyMap<string, Windows>;
  readonly #format: RowFormat;
  readonly #reader: Reader;
  readonly #limits: Limits;
  readonly #recordKey: readonly [unknown, unknown];
  readonly #request: OpenRequest<T>;
  readonly #partitions: Partitions | null;
  readonly #spread: Spread | null;
  readonly #creates: boolean;

  constructor(
    request: OpenRequest<T>,
    options: CheckedOptions,
    layout: Layout,
    session: Session,
    partitions: Partitions | null,
    spread: Spread | null,
  ) {
    const { dialect } = session;
    this.capabilities = {
      expiry: 'manual',
      atomicEvents: true,
      fractionalCounts: options.valueType.amounts !== 'whole',
      nul: dialect.nul,
      shared: session.shared,
      anyRange: true,
    };
    this.#request = request;
    this.#partitions = partitions;
    this.#spread = spread;
    this.#creates = options.createTables;
    this.#layout = layout;
    this.#session = session;
    this.#statements = new Statements(layout, dialect, session.kysely);
    this.#directory = new Directory(layout, session, this.#statements);
    this.#windows = new Map(
      [...request.schema.intervals].map(([name, interval]) => [name, windowsOf(interval, layout.windowSize)]),
    );
    this.#format = new RowFormat(layout, dialect);
    this.#reader = new Reader({
      schema: request.schema,
      layout,
      session,
      statements: this.#statements,
      format: this.#format,
      partitions,
      rangeOf: (slice) => this.#rangeOf(slice),
    });
    this.#limits = { stringLength: options.stringLength, textLength: options.textLength, nul: dialect.nul };
    this.#recordKey = [this.#format.key(options.tableName), this.#format.key(request.type)];
  }

  encode(value: unknown): StoredValue {
    const { valueType } = this.#layout;
    if (this.#layout.type !== 'count') return valueType.encode(value, this.#limits);
    const amount = storeAmount(value);
    if (valueType.amounts === 'any' || Number.isSafeInteger(amount)) return amount;
    throw new InvalidValueError(
      `The amount is ${describeValue(value)}; expected a whole number, as the valueType is "${valueType.name}"`,
    );
  }

  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    if (writes.some(({ data }) => overflows(data))) {
      const error = new InvalidValueError(
        'The counts of one bucket add up to more than 1.8e308; expected a sum that a double holds',
      );
      return writes.map((write) => ({ write, fate: 'failed', error }));
    }
    if (this.#spread?.shards) return this.#writeSpread(writes, this.#spread.shards);
    if (this.#partitions === null) return this.#writeTogether(writes);
    const { intervals } = this.#request.schema;
    const startOf = ({ interval, bucket }: BucketWrite) => intervals.get(interval)?.step.startOf(bucket) ?? 0;
    const parts = this.#partitions.parted(writes, startOf);
    for (const [place, part] of parts.entries()) {
      const failures = await this.#writeTogether(part);
      const [first] = failures;
      if (first === undefined) continue;
      const unsent = parts.slice(place + 1).flat();
      return [
        ...failures,
        ...unsent.map((write) => ({ write, fate: 'failed' as const, error: first.error })),
      ];
    }
    return [];
  }

  /** Stores all or nothing on each shard, at once. */
  async #writeSpread(writes: readonly BucketWrite<T>[], shards: Shards): Promise<readonly WriteFailure<T>[]> {
    let parts: readonly (readonly BucketWrite<T>[])[];
    try {
      parts = await shards.parted(writes);
    } catch (error) {
      return writes.map((write) => ({ write, fate: 'failed', error }));
    }
    const failures = await Promise.all(parts.map((part) => this.#writeTogether(part)));
    if (failures.some(({ length }) => length > 0)) shards.forget();
    return failures.flat();
  }

  /** Stores all or nothing. */
  async #writeTogether(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    const { steps, entries } = this.#plan(writes);
    // What is entered in a transaction of the user's own may be rolled back.
    const lasting = !this.#session.inTransaction;
    let failure = await this.#applyTo(writes, steps);
    if (failure !== null && this.#session.dialect.isMissingPartition(failure.error)) {
      this.#partitions?.forget();
      failure = await this.#applyTo(writes, steps);
    }
    if (failure !== null) return writes.map((write) => ({ write, ...failure }));
    if (lasting && !this.#session.inTransaction) this.#directory.remember(entries);
    return [];
  }

  async #applyTo(writes: readonly BucketWrite<T>[], steps: readonly Step[]): Promise<Loss | null> {
    try {
      if (this.#creates) await this.#partitions?.ensure(writes);
    } catch (error) {
      return { fate: 'failed', error };
    }
    return this.#session.apply(steps);
  }

  /** The steps of writes, and the windows that they enter: whole names first, then entries, then rows. */
  #plan(writes: readonly BucketWrite<T>[]): {
    readonly steps: readonly Step[];
    readonly entries: readonly Entry[];
  } {
    const placed = writes.map((write) => ({ write, window: this.#windowOf(write) }));
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
        key = this.#format.key(name);
        keys.set(name, key);
        if (isDigested(name)) long.push(name);
      }
      if (last?.name !== name || last.window !== window || last.interval !== interval) {
        last = { name, interval, window };
        if (!this.#directory.isKnown(last)) {
          entries.push({ ...last, keys: [key, this.#format.intervalKey(interval)] });
        }
      }
      rows += this.#format.append(write, window, key, parameters);
    }
    const steps: Step[] = long.sort().map((name) => ({
      statement: this.#statements.keepName(),
      parameters: [keys.get(name), this.#session.dialect.text.bind(name)],
    }));
    if (rows > 0) steps.push(...this.#directory.enter(entries));
    for (const batch of batches(parameters, rows, this.#layout, this.#session)) {
      steps.push({ statement: this.#statements.insert(batch.rows), parameters: batch.parameters });
    }
    return { steps, entries: rows > 0 ? entries : [] };
  }

  #windowOf({ interval, bucket, resolution }: BucketWrite): number {
    return this.#windowsOf(interval).windowOf(bucket, resolution);
  }

  #windowsOf(interval: string): Windows {
    const windows = this.#windows.get(interval);
    if (windows === undefined) throw new TypeError(`The interval ${describeValue(interval)} is of no schema`);
    return windows;
  }

  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    return fetch === undefined ? this.#reader.read(query) : this.#reader.readWith(fetch, query);
  }

  async list(retention: Retention, prefix = ''): Promise<Iterable<string>> {
    const { text, nul } = this.#session.dialect;
    if (!nul && prefix.includes('\0')) return [];
    const names = new Set<string>();
    const ranges = keysOfPrefix(prefix);
    const within = ranges.flatMap(([from, end]) => [from, end, end].map((key) => text.bind(key)));
    const add = async (listed: readonly Range[]) => {
      const statement = this.#statements.list(listed.length, ranges.length);
      const parameters = [...within, ...listed.flatMap((range) => this.#listed(range))];
      const rows = await this.#session.rows(statement, parameters);
      for (const [name, whole] of rows) names.add(text.read(whole ?? name));
    };
    const rest = [...retention].filter(([interval]) => !this.#partitions?.has(interval));
    if (rest.length > 0) await add(rest.map(([interval, oldest]) => this.#kept(interval, oldest)));
    for (const [interval, oldest] of this.#partitioned(retention)) {
      for (const slice of await this.#slices(interval, oldest ?? Number.MIN_SAFE_INTEGER)) {
        await add([this.#rangeOf(slice, oldest)]);
      }
    }
    return names;
  }

  #listed({ interval, first, last, windows, edge }: Range): readonly unknown[] {
    const key = this.#format.intervalKey(interval);
    return [key, windows.first, windows.last, edge, key, first, last];
  }

  #rangeOf(slice: Slice, oldest: number | null = null): Range {
    const interval = this.#request.schema.intervals.get(slice.interval);
    const windows = this.#windowsOf(slice.interval);
    if (interval === undefined) throw new TypeError(`No interval is ${describeValue(slice.interval)}`);
    return rangeOf(interval, windows, slice, oldest);
  }

  /** What is kept of an interval. */
  #kept(interval: string, oldest: number | null): Range {
    const first = oldest ?? Number.MIN_SAFE_INTEGER;
    return this.#rangeOf({ interval, first, last: Number.MAX_SAFE_INTEGER }, oldest);
  }

  /** The intervals that are in partitions of their own. */
  #partitioned(retention: Retention): readonly (readonly [string, number | null])[] {
    return [...retention].filter(([interval]) => this.#partitions?.has(interval));
  }

  async #slices(interval: string, first = Number.MIN_SAFE_INTEGER, last = Number.MAX_SAFE_INTEGER) {
    return (await this.#partitions?.slices(interval, first, last)) ?? [];
  }

  #range({ interval, first, last }: Slice): readonly unknown[] {
    return [this.#format.intervalKey(interval), first, last];
  }

  async bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    const bounds = await this.#boundsOfRest(
      names,
      new Map([...retention].filter(([interval]) => !this.#partitions?.has(interval))),
    );
    for (const [interval, oldest] of this.#partitioned(retention)) {
      const slices = await this.#slices(interval, oldest ?? Number.MIN_SAFE_INTEGER);
      let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let start = 0; start < names.length; start += SLICE_LOOKUPS) {
        const keys = padded(
          names.slice(start, start + SLICE_LOOKUPS).map((name) => this.#format.key(name)),
          SLICE_LOOKUPS,
        );
        for (const slice of slices) {
          const [least] = await this.#boundsOfSlice(keys, slice);
          first = Math.min(first, least);
          if (least !== Number.POSITIVE_INFINITY) break;
        }
        for (const slice of first === Number.POSITIVE_INFINITY ? [] : [...slices].reverse()) {
          const [, greatest] = await this.#boundsOfSlice(keys, slice);
          last = Math.max(last, greatest);
          if (greatest !== Number.NEGATIVE_INFINITY) break;
        }
      }
      if (first <= last) bounds.set(interval, { interval, first, last });
    }
    return bounds.values();
  }

  /** The least and the greatest bucket of several names in a slice, infinite where there is none. */
  async #boundsOfSlice(keys: readonly unknown[], slice: Slice): Promise<readonly [number, number]> {
    const range = this.#rangeOf(slice);
    const lookups = keys.flatMap((key) => this.#bounded(key, range));
    const rows = await this.#session.rows(this.#statements.bounds(keys.length), lookups);
    const found = rows.filter(([, least]) => least !== null);
    return [
      Math.min(...found.map(([, least]) => Number(least))),
      Math.max(...found.map(([, , greatest]) => Number(greatest))),
    ];
  }

  #bounded(name: unknown, { interval, first, last, windows }: Range): readonly unknown[] {
    const key = this.#format.intervalKey(interval);
    const buckets = [key, first, last];
    const names = this.#spread === null ? [name] : [name, name];
    const extreme = [...buckets, ...names, key, windows.first, windows.last, ...buckets];
    return [...extreme, ...extreme];
  }

  async #boundsOfRest(names: readonly string[], retention: Retention): Promise<Map<string, BucketBounds>> {
    const lookups: { readonly interval: string; readonly parameters: readonly unknown[] }[] = [];
    for (const [interval, oldest] of retention) {
      const range = this.#kept(interval, oldest);
      for (const name of names) {
        lookups.push({ interval, parameters: this.#bounded(this.#format.key(name), range) });
      }
    }
    const bounds = new Map<string, BucketBounds>();
    for (let start = 0; start < lookups.length; start += LOOKUPS) {
      const part = lookups.slice(start, start + LOOKUPS);
      const asked = padded(part, LOOKUPS);
      const rows = await this.#session.rows(
        this.#statements.bounds(asked.length),
        asked.flatMap(({ parameters }) => parameters),
      );
      for (const [place, least, greatest] of rows) {
        const lookup = part[Number(place)];
        if (lookup === undefined || least === null) continue;
        const { interval } = lookup;
        const [first, last] = [Number(least), Number(greatest)];
        const known = bounds.get(interval) ?? { interval, first, last };
        bounds.set(interval, {
          interval,
          first: Math.min(first, known.first),
          last: Math.max(last, known.last),
        });
      }
    }
    return bounds;
  }

  async delete(name: string): Promise<void> {
    const key = this.#format.key(name);
    if (this.#spread !== null) await this.#deleteInParts(key);
    const { statement, times } = this.#statements.deleteName();
    // Marked before, so that writers are met in their order, and after: what was entered meanwhile may be deleted.
    const mark = this.#directory.mark(key);
    const steps: Step[] = [mark, { statement, parameters: Array(times).fill(key) }, mark];
    if (isDigested(name)) steps.unshift({ statement: this.#statements.forgetName(), parameters: [key] });
    await this.#apply(steps);
    if (this.#partitions !== null) {
      for (const interval of this.#partitions.intervals) {
        for (const slice of await this.#slices(interval)) {
          const range = this.#range(slice);
          const inSlice = [key, this.#format.intervalKey(interval), key, ...range];
          await this.#session.run(this.#statements.deleteNameInSlice(), inSlice);
        }
      }
      await this.#apply([mark]);
    }
    this.#directory.forget(name);
    await this.#directory.clean();
  }

  /** Deletes the data of a name that is there, but for what is written meanwhile. */
  async #deleteInParts(key: unknown): Promise<void> {
    await this.#apply([this.#directory.mark(key)]);
    for (const interval of await this.#session.rows(this.#statements.intervalsOfName(), [key])) {
      const whole = { first: Number.MIN_SAFE_INTEGER, last: Number.MAX_SAFE_INTEGER };
      await this.#deleteOfName(key, interval[0], { buckets: whole, windows: whole });
    }
  }

  async deleteAll(): Promise<void> {
    if (this.#spread !== null) return this.#deleteAllInParts(this.#spread.parts);
    const mark = this.#directory.mark();
    const all = [this.#statements.deleteAllNames(), this.#statements.deleteAll()];
    const [names, rows] = all.map((statement) => ({ statement, parameters: [] }));
    const steps = [names, mark, rows, mark].filter((step) => step !== undefined);
    const forget = { statement: this.#statements.forgetRecord(), parameters: this.#recordKey };
    if (this.#partitions === null) {
      await this.#apply([...steps, forget]);
    } else {
      await this.#apply(steps);
      for (const interval of this.#partitions.intervals) {
        for (const slice of await this.#slices(interval)) {
          await this.#session.run(this.#statements.deleteSlice(), this.#range(slice));
        }
      }
      await this.#apply([mark, forget]);
    }
    this.#directory.forget();
    await this.#directory.clean();
  }

  async #deleteAllInParts(parts: Parts): Promise<void> {
    await parts.markAll();
    await parts.deleteAll();
    await parts.deleteNames();
    const [names, rows] = [this.#statements.deleteAllNames(), this.#statements.deleteAll()];
    await this.#apply([
      { statement: names, parameters: [] },
      { statement: rows, parameters: [] },
      { statement: this.#statements.forgetRecord(), parameters: this.#recordKey },
    ]);
    await parts.markAll();
    this.#directory.forget();
    await this.#directory.clean();
  }

  async expire(name: string | undefined, retention: Retention): Promise<void> {
    if (name === undefined && this.#creates) await this.#partitions?.drop(retention);
    const key = name === undefined ? undefined : this.#format.key(name);
    for (const [interval, oldest] of bounded(retention)) {
      const partitioned = this.#partitions?.has(interval) === true;
      const whole = { interval, first: Number.MIN_SAFE_INTEGER, last: oldest - 1 };
      const slices = partitioned ? await this.#slices(interval, whole.first, whole.last) : [whole];
      const { edge } = this.#kept(interval, oldest);
      const intervalKey = this.#format.intervalKey(interval);
      // Others may keep this interval for longer: what they list has to have data.
      const mark = async () => {
        if (key === undefined && this.#spread !== null) await this.#spread.parts.mark(intervalKey, edge);
        else await this.#apply([this.#directory.markWindows(intervalKey, edge, key)]);
      };
      await mark();
      for (const slice of slices) {
        if (key === undefined) await this.#expireSlice(slice, edge);
        else await this.#expireName(key, slice, edge);
      }
      await mark();
      if (partitioned && key === undefined) await this.#directory.cleanExpired(intervalKey, edge);
    }
    await this.#directory.clean();
  }

  /** What limits a statement to the partitions of a slice. */
  #ofSlice(slice: Slice): readonly unknown[] {
    return this.#partitions === null ? [] : this.#range(slice);
  }

  async #expireSlice(slice: Slice, edge: number): Promise<void> {
    const [interval, first, last] = this.#range(slice);
    if (this.#spread !== null) return this.#spread.parts.delete(interval, edge, slice.last);
    if (this.#partitions === null && this.#session.dialect.comparesRows) {
      return this.#expireInRanges(interval, edge, last);
    }
    const { windows } = this.#rangeOf(slice);
    const rows = [interval, windows.first, edge, first, last, EXPIRE_ROWS];
    await this.#deleteInSteps(this.#statements.expire(), [...this.#ofSlice(slice), ...rows]);
  }

  /** Deletes range after range, each of some thousands of rows at most, or of a window of one name. */
  async #expireInRanges(interval: unknown, edge: number, last: unknown): Promise<void> {
    const first = this.#format.key('');
    let [window, name]: readonly [number, unknown] = [Number.MIN_SAFE_INTEGER, first];
    for (;;) {
      const [end] = await this.#session.rows(this.#statements.expireStep(), [
        ...[interval, window, name],
        ...[edge, EXPIRE_ROWS - 1],
      ]);
      const [endWindow, endName] = end === undefined ? [edge + 1, first] : [Number(end[0]), end[1]];
      if (endWindow === window) {
        await this.#session.run(this.#statements.expireNames(), [interval, window, name, endName, last]);
        name = endName;
      } else {
        const upTo = [interval, window, name, endWindow - 1, last];
        await this.#session.run(this.#statements.expireWindows(), upTo);
        name = first;
      }
      if (end === undefined) return;
      window = endWindow;
      await otherWork();
    }
  }

  async #expireName(name: unknown, slice: Slice, edge: number): Promise<void> {
    const { windows } = this.#rangeOf(slice);
    const entered = { first: windows.first, last: Math.min(windows.last, edge) };
    await this.#deleteOfName(name, this.#format.intervalKey(slice.interval), {
      buckets: slice,
      windows: entered,
      of: this.#ofSlice(slice),
    });
  }

  /** Deletes what a name has in the windows that are entered for it, in steps. */
  async #deleteOfName(
    name: unknown,
    interval: unknown,
    { buckets, windows, of = [] }: Deleted,
  ): Promise<void> {
    const { first, last } = buckets;
    const entered = [name, interval, windows.first, windows.last];
    const found = await this.#session.rows(this.#statements.windowsOfName(), entered);
    for (let start = 0; start < found.length; start += EXPIRE_WINDOWS) {
      const part = padded(
        found.slice(start, start + EXPIRE_WINDOWS).map(([window]) => Number(window)),
        EXPIRE_WINDOWS,
      );
      const rows = [interval, ...part, name, first, last, EXPIRE_ROWS];
      await this.#deleteInSteps(this.#statements.expireName(part.length), [...of, ...rows]);
    }
  }

  /** Deletes in steps of their own, so that writers come in between. */
  async #deleteInSteps(statement: Statement, parameters: readonly unknown[]): Promise<void> {
    while ((await this.#session.run(statement, parameters)) >= EXPIRE_ROWS) {
      await otherWork();
    }
  }

  /** Refuses a table that is recorded with another layout. */
  async refuseOtherLayout(): Promise<void> {
    const [row] = await this.#session.rows(this.#statements.readRecord(), this.#recordKey);
    const recorded = this.#text(row?.[0]);
    if (recorded !== null) this.#refuse(recorded);
  }

  #refuse(recorded: string | null): void {
    const wanted = describeLayout(this.#layout);
    if (recorded === wanted) return;
    throw new ConfigurationError(
      `The table "${this.#layout.table}" is laid out as ${recorded}, but the options ask for ${wanted}; expected the same "valueType" and version, or another "tableName"`,
    );
  }

  /** Records the table's layout, or refuses it where another is recorded. */
  async agreeOnLayout(): Promise<void> {
    const wanted = describeLayout(this.#layout);
    let [row] = await this.#session.rows(this.#statements.readRecord(), this.#recordKey);
    if (row === undefined) {
      const layout = this.#session.dialect.text.bind(wanted);
      await this.#apply([
        { statement: this.#statements.addRecord(), parameters: [...this.#recordKey, layout, null] },
      ]);
      [row] = await this.#session.rows(this.#statements.readRecord(), this.#recordKey);
    }
    this.#refuse(this.#text(row?.[0]));
  }

  async readRecord(): Promise<string | null> {
    const [row] = await this.#session.rows(this.#statements.readRecord(), this.#recordKey);
    return this.#text(row?.[1]);
  }

  async writeRecord(text: string, expected: string | null): Promise<boolean> {
    const { dialect } = this.#session;
    const parameters: unknown[] = [dialect.text.bind(text), ...this.#recordKey];
    if (expected !== null) parameters.push(dialect.text.bind(expected));
    return (await this.#session.run(this.#statements.replaceRecord(expected !== null), parameters)) > 0;
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  #text(column: unknown): string | null {
    if (column === null || column === undefined) return null;
    return this.#session.dialect.text.read(column);
  }

  async #apply(steps: readonly Step[]): Promise<void> {
    const failure = await this.#session.apply(steps);
    if (failure !== null) throw failure.error;
  }
}

/** What is deleted of a name: the ends included, and what limits a statement to some partitions. */
interface Deleted {
  readonly buckets: { readonly first: number; readonly last: number };
  readonly windows: { readonly first: number; readonly last: number };
  readonly of?: readonly unknown[];
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
