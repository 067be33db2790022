import type { BucketRow, Fold, StorageAdapter } from './adapter.js';
import { CallsUnderWay } from './calls-under-way.js';
import { InvalidValueError, StorageError, UnsupportedOperationError } from './errors.js';
import { booleanOption, type CustomFunction, functionOption } from './option.js';
import { type Coverage, coverageOf } from './read/coverage.js';
import { foldOf } from './read/fold.js';
import type { ReduceFunction, Switch } from './read/options.js';
import { type Entry, type ReadResult, runPipeline } from './read/pipeline.js';
import { type Prefix, prefixOf } from './read/prefix.js';
import {
  MOST_ADDED,
  MOST_RETURNED,
  type Range,
  type RangeOptions,
  rangeOf,
  UNLIMITED,
} from './read/range.js';
import { rowsByName } from './read/rows-by-name.js';
import { addsUp, compileStages, type ReadValues, type StageOptions, type Stages } from './read/stages.js';
import { type IntervalsOptions, intervalOf, type Schema } from './schema.js';
import { callStore } from './storage-call.js';
import type { Interval } from './time/interval.js';
import { type Timestamp, toSeconds } from './time/timestamp.js';
import type {
  CallOptions,
  Condensed,
  Data,
  Fixed,
  IsNested,
  Name,
  Result,
  Row,
  SeriesResult,
  TimeseriesTypes,
} from './timeseries-types.js';
import type { TransformName } from './types/data-type.js';
import { describeValue, type StoredValue, type Value } from './types/value.js';
import {
  type BulkInserts,
  checkCopies,
  checkName,
  checkOptions,
  type Insert,
  listOf,
  readInserts,
} from './write/inserts.js';
import { BulkPlan, planInsert } from './write/plan.js';
import { retentionAt } from './write/retention.js';
import { BulkInsertCall, InsertCall } from './write/write-call.js';
import { Writer } from './write/writer.js';

/** What an insert came to, in bucket writes. */
export interface InsertResult {
  /** Buckets that were written and acknowledged. */
  readonly stored: number;
  /** Buckets that were left out because they are past their retention. */
  readonly expired: number;
}

/** What `insert` takes beside the backend's own options. */
export interface InsertOptions {
  /** When it happened; now, where it is left out. */
  readonly timestamp?: Timestamp | null | undefined;
  /** How many intervals before (< 0) or after (> 0) the timestamp to copy the value to. */
  readonly intervals?: number | undefined;
  /** `false` sends the call by itself, and at once, whatever else is under way. */
  readonly combine?: boolean | undefined;
}

export type BulkInsertOptions = Pick<InsertOptions, 'intervals' | 'combine'>;

/** Unix seconds of the first and the last bucket with data. */
export interface Bounds {
  readonly first: number;
  readonly last: number;
}

const READ_OPTIONS = ['fetch', 'processRow', 'joinRows', 'condense', 'transform'];

const SERIES_OPTIONS = [...READ_OPTIONS, 'start', 'end', 'steps', 'collapse'];

const BULK_INSERT_OPTIONS = ['intervals', 'combine'];

/** A chunk of `iterate` is read in one round trip. */
const ITERATE_BUCKETS = 1024;

/** Calls that have not ended so long after `close`, of a server that is gone perhaps, are cut off. */
const CLOSE_MILLISECONDS = 30_000;

/** What `Kairos` hands to a timeseries. */
export interface TimeseriesParts {
  /** The backend's name. */
  readonly backend: string;
  readonly schema: Schema;
  readonly adapter: StorageAdapter;
  readonly insertOptions: readonly string[];
  readonly combine: boolean;
  readonly readFunc: ((value: Value) => unknown) | undefined;
  readonly writeFunc: ((value: unknown) => unknown) | undefined;
}

/** What is inside of a timeseries, for the rest of core. */
export interface Inside {
  readonly schema: Schema;
  readonly adapter: StorageAdapter;
  /** Calls the store: what it throws comes out as a `StorageError`, and `close` waits for it. */
  store<R>(doing: string, work: () => Promise<R>): Promise<R>;
}

/** Looks inside of a timeseries. */
export let insideOf: <S extends TimeseriesTypes>(timeseries: Timeseries<S>) => Inside;

/**
 * A set of named statistics in one store, cut into buckets at several intervals at once. Made by
 * `kairos.timeseries`.
 */
export class Timeseries<S extends TimeseriesTypes> {
  readonly #schema: Schema;
  readonly #adapter: StorageAdapter;
  readonly #insertOptions: readonly string[];
  readonly #bulkInsertOptions: readonly string[];
  readonly #values: ReadValues;
  readonly #encode: (value: unknown) => StoredValue;
  readonly #calls = new CallsUnderWay();
  readonly #writer: Writer;
  #closing: Promise<void> | undefined;

  static {
    insideOf = (timeseries) => ({
      schema: timeseries.#schema,
      adapter: timeseries.#adapter,
      store: (doing, work) => timeseries.#store(doing, work),
    });
  }

  constructor({ backend, schema, adapter, insertOptions, combine, readFunc, writeFunc }: TimeseriesParts) {
    this.#schema = schema;
    this.#adapter = adapter;
    this.#writer = new Writer({ backend, schema, adapter, combine });
    this.#insertOptions = ['timestamp', ...BULK_INSERT_OPTIONS, ...insertOptions];
    this.#bulkInsertOptions = [...BULK_INSERT_OPTIONS, ...insertOptions];
    this.#values = { readFunc, bigints: readFunc === undefined && takesBigints(adapter) };
    this.#encode =
      writeFunc === undefined
        ? (value) => adapter.encode(value)
        : (value) => adapter.encode(writeFunc(value));
  }

  /** The type of the timeseries. */
  get type(): S['type'] {
    return this.#schema.type;
  }

  /** The timezone of its calendar, by the name under which it is recorded. */
  get timezone(): string {
    return this.#schema.timezone;
  }

  /** Its intervals by name, in the form of the option `intervals`, with durations in seconds. */
  get intervals(): IntervalsOptions {
    const entries = [...this.#schema.intervals.values()].map(({ name, step, resolution, steps }) => [
      name,
      {
        step: step.unit,
        ...(resolution === null ? {} : { resolution: resolution.unit }),
        ...(steps === null ? {} : { steps }),
      },
    ]);
    return Object.fromEntries(entries);
  }

  /**
   * Stores a value, or several, under a name in every interval; a count without a value counts 1. Resolves once the
   * store acknowledged every bucket. Rejects with `InvalidValueError` (nothing was written) or `StorageError`.
   *
   * @example
   * ```ts
   * await hits.insert('home');
   * await hits.insert('home', 3, { timestamp: 1700000000, intervals: -2 });
   * ```
   */
  async insert(
    name: string,
    ...[value, options]: S['type'] extends 'count'
      ? [
          value?: S['write'] | readonly S['write'][] | ReadonlySet<S['write']> | undefined,
          options?: InsertOptions & S['backend']['insertOptions'],
        ]
      : [
          value: S['write'] | readonly S['write'][] | ReadonlySet<S['write']>,
          options?: InsertOptions & S['backend']['insertOptions'],
        ]
  ): Promise<InsertResult> {
    this.#refuseClosed();
    const checked = checkOptions(options, this.#insertOptions, 'insert');
    const { timestamp, intervals, combine, ...own }: InsertOptions = checked;
    const copies = checkCopies(intervals);
    const now = this.#now();
    const seconds = timestamp === undefined || timestamp === null ? now : toSeconds(timestamp, 'timestamp');
    const given = listOf(value === undefined && this.#schema.type === 'count' ? 1 : value);
    const insert: Insert = {
      name: checkName(name, this.#adapter.capabilities.nul),
      seconds,
      values: given.map(this.#encode),
    };
    const plan = planInsert(this.#schema, insert, copies, now);
    const together = { combine: booleanOption('combine', combine, true), own };
    if (plan.writes.length > 0) await this.#writer.write(new InsertCall(name, plan.writes), together);
    return { stored: plan.writes.length, expired: plan.expired };
  }

  /**
   * Stores many values at once, as few writes as the store's limits allow: equal buckets are made one first. The
   * order of the map is the order of arrival. Rejects with `BulkInsertError` where the store took only a part.
   *
   * @example
   * ```ts
   * await hits.bulkInsert(new Map([[1700000000, { home: [1, 2], about: [1] }]]));
   * ```
   */
  async bulkInsert(
    given: BulkInserts<S['write']>,
    options: BulkInsertOptions & S['backend']['insertOptions'] = {},
  ): Promise<InsertResult> {
    this.#refuseClosed();
    const checked = checkOptions(options, this.#bulkInsertOptions, 'bulkInsert');
    const { intervals, combine, ...own }: BulkInsertOptions = checked;
    const copies = checkCopies(intervals);
    const now = this.#now();
    const inserts = readInserts(given, now, this.#adapter.capabilities.nul, this.#encode);
    const plan = new BulkPlan(this.#schema, inserts, copies, now);
    const together = { combine: booleanOption('combine', combine, true), own };
    if (plan.writes.length > 0) await this.#writer.write(new BulkInsertCall(inserts, plan), together);
    return { stored: plan.writes.length, expired: plan.expired };
  }

  /**
   * Reads the bucket that contains a timestamp (now, where it is left out), of one name or of several joined. The
   * result has one entry, empty where there is no data; in an interval with a resolution, unless condensed, one
   * for each resolution bucket with data.
   *
   * @example
   * ```ts
   * await hits.get('home', 'month', { timestamp: 1700000000, condense: true, transform: 'rate' });
   * ```
   */
  async get<
    I extends keyof S['intervals'] & string,
    P = Data<S>,
    J = Row<S, P>,
    C = J,
    const Condense extends Switch = false,
    const N extends TransformName = never,
    R = never,
    M extends object = Record<never, never>,
  >(
    name: Name,
    interval: I,
    options: CallOptions<S, P, J, C, Condense, Condensed<S, I, J, C>, N, R, M> & {
      readonly timestamp?: Timestamp | null | undefined;
    } = {},
  ): Promise<Map<number, Fixed<Result<S, N, R, M, Condensed<S, I, J, C>>>>> {
    const read = this.#prepare(name, interval, options, [...READ_OPTIONS, 'timestamp']);
    const { timestamp }: { timestamp?: Timestamp | null | undefined } = read.options;
    const seconds =
      timestamp === undefined || timestamp === null ? read.now : toSeconds(timestamp, 'timestamp');
    const bucket = read.interval.step.bucketOf(seconds);
    const { nested, entries } = await this.#read(read, { first: bucket, last: bucket });
    const [resolutions = new Map<number, unknown>()] = nested ? entries.values() : [];
    return asTyped(nested ? resolutions : entries);
  }

  /**
   * Reads a range of intervals, of one name or of several joined: from `start` to `end`, from `start` over `steps`,
   * or up to `end` (now) over `steps`. Every interval is present, empty where there is no data; with a
   * resolution, unless condensed or collapsed, each holds a `Map` of the resolution buckets with data. Collapsed,
   * the result is one entry at the start of the first interval. Returns at most 1,048,576 intervals; collapsed, most
   * stores take any range.
   *
   * @example
   * ```ts
   * await hits.series(['home', 'about'], 'minute', { start, end, collapse: true, transform: ['mean', 'max'] });
   * ```
   */
  async series<
    I extends keyof S['intervals'] & string,
    P = Data<S>,
    J = Row<S, P>,
    C = J,
    L = Condensed<S, I, J, C>,
    const Condense extends Switch = false,
    const Collapse extends Switch = false,
    const N extends TransformName = never,
    R = never,
    M extends object = Record<never, never>,
  >(
    name: Name,
    interval: I,
    options: CallOptions<S, P, J, C, Condense, L, N, R, M> &
      RangeOptions & {
        readonly collapse?: Collapse | ReduceFunction<Condensed<S, I, J, C>, L> | undefined;
      } = {},
  ): Promise<
    Map<
      number,
      Fixed<SeriesResult<IsNested<S, I, Condense, Collapse>, Result<S, N, R, M, J>, Result<S, N, R, M, L>>>
    >
  > {
    const read = this.#prepare(name, interval, options, SERIES_OPTIONS);
    const { entries } = await this.#read(read, this.#rangeOf(read));
    return asTyped(entries);
  }

  /**
   * Reads a range of intervals of several names apart, in one round trip: a `Map` of what `series` returns for each, in
   * the order of the names. Takes the options of `series`, but for `joinRows`.
   *
   * @example
   * ```ts
   * const byPage = await hits.seriesByName(['home', 'about'], 'minute', { start, end });
   * byPage.get('home'); // Map { 1700000000 => 3, … }
   * ```
   */
  async seriesByName<
    I extends keyof S['intervals'] & string,
    P = Data<S>,
    C = Row<S, P>,
    L = Condensed<S, I, Row<S, P>, C>,
    const Condense extends Switch = false,
    const Collapse extends Switch = false,
    const N extends TransformName = never,
    R = never,
    M extends object = Record<never, never>,
  >(
    names: Name,
    interval: I,
    options: Omit<CallOptions<S, P, Row<S, P>, C, Condense, L, N, R, M>, 'joinRows'> &
      RangeOptions & {
        readonly collapse?: Collapse | ReduceFunction<Condensed<S, I, Row<S, P>, C>, L> | undefined;
      } = {},
  ): Promise<
    Map<
      string,
      Map<
        number,
        Fixed<
          SeriesResult<
            IsNested<S, I, Condense, Collapse>,
            Result<S, N, R, M, Row<S, P>>,
            Result<S, N, R, M, L>
          >
        >
      >
    >
  > {
    const known = SERIES_OPTIONS.filter((option) => option !== 'joinRows');
    const read = { ...this.#prepare(names, interval, options, known), joined: false };
    const range = this.#rangeOf(read);
    const rows = rowsByName(read.names, await this.#rows(read, range));
    const byName = new Map<string, unknown>();
    for (const [name, found] of rows) {
      const { entries } = await this.#pipeline({ ...read, names: [name] }, range, found);
      byName.set(name, entries);
    }
    return asTyped(byName);
  }

  /**
   * How many buckets `series` would cover, without reading any: to bound what somebody may ask for. Throws what
   * `series` rejects with, but for its own bound.
   *
   * @example
   * ```ts
   * hits.coverage('month', { start, end }); // { buckets: 12, resolutions: 366 }
   * ```
   */
  coverage(interval: keyof S['intervals'] & string, options: RangeOptions = {}): Coverage {
    const checked = checkOptions(options, ['start', 'end', 'steps'], 'coverage');
    const found = intervalOf(this.#schema, interval);
    return coverageOf(found, rangeOf(found, checked, this.#now(), UNLIMITED));
  }

  /**
   * Goes through all data of an interval in time order, from its first bucket to its last, as `get` would return
   * it: empty buckets included, except for resolution buckets. Reads ahead in chunks, so that any length fits in
   * memory.
   *
   * @example
   * ```ts
   * for await (const [timestamp, data] of hits.iterate('home', 'minute')) console.log(timestamp, data);
   * ```
   */
  async *iterate<
    I extends keyof S['intervals'] & string,
    P = Data<S>,
    J = Row<S, P>,
    C = J,
    const Condense extends Switch = false,
    const N extends TransformName = never,
    R = never,
    M extends object = Record<never, never>,
  >(
    name: Name,
    interval: I,
    options: CallOptions<S, P, J, C, Condense, Condensed<S, I, J, C>, N, R, M> = {},
  ): AsyncGenerator<
    [timestamp: number, data: Fixed<Result<S, N, R, M, Condensed<S, I, J, C>>>],
    void,
    undefined
  > {
    const read = this.#prepare(name, interval, options, READ_OPTIONS);
    const { step } = read.interval;
    const bounds = await this.#bounds(read.names, new Map([[read.interval.name, read.oldest]]));
    const found = bounds.get(read.interval.name);
    if (found === undefined) return;
    const end = step.ordinalOf(found.last);
    for (let ordinal = step.ordinalOf(found.first); ordinal <= end; ordinal += ITERATE_BUCKETS) {
      const last = Math.min(end, ordinal + ITERATE_BUCKETS - 1);
      const oldest = retentionAt(this.#schema, this.#now()).get(read.interval.name) ?? null;
      if (oldest !== null && step.ordinalOf(oldest) > last) continue;
      const first = oldest === null ? ordinal : Math.max(ordinal, step.ordinalOf(oldest));
      const range = { first: step.bucketAt(first), last: step.bucketAt(last) };
      const result = await this.#read({ ...read, oldest }, range);
      for (const entry of flat(result)) yield asTyped(entry);
    }
  }

  /**
   * The names with data within its retention in any interval of this timeseries, sorted; those that begin with a
   * prefix, where one is given, without a look at the others where the store has an order of names.
   *
   * @example
   * ```ts
   * await hits.list({ prefix: 'http.' });
   * ```
   */
  async list(options: { readonly prefix?: string | undefined } = {}): Promise<string[]> {
    this.#refuseClosed();
    const { prefix }: { prefix?: unknown } = checkOptions(options, ['prefix'], 'list');
    const wanted = prefixOf(prefix);
    if (wanted === null) return [];
    return this.#names(wanted);
  }

  async #names({ prefix, stored }: Prefix): Promise<string[]> {
    const retention = retentionAt(this.#schema, this.#now());
    const names = await this.#store('list', () =>
      stored === '' ? this.#adapter.list(retention) : this.#adapter.list(retention, stored),
    );
    return [...names].filter((name) => name.startsWith(prefix)).sort();
  }

  /** The first and last bucket with data within its retention, of each interval that has some. */
  async properties(name: string): Promise<{ [I in keyof S['intervals'] & string]?: Bounds }> {
    checkName(name, this.#adapter.capabilities.nul);
    const bounds = await this.#bounds([name], retentionAt(this.#schema, this.#now()));
    const entries: [string, Bounds][] = [];
    for (const { name: interval, step } of this.#schema.intervals.values()) {
      const found = bounds.get(interval);
      if (found === undefined) continue;
      entries.push([interval, { first: step.startOf(found.first), last: step.startOf(found.last) }]);
    }
    return asTyped(Object.fromEntries(entries));
  }

  /** Deletes a name in all intervals, with what was inserted before the call, awaited or not. */
  async delete(name: string): Promise<void> {
    checkName(name, this.#adapter.capabilities.nul);
    await this.#store(`delete of ${describeValue(name)}`, async () => {
      await this.#writer.combined();
      await this.#adapter.delete(name);
    });
  }

  /** Deletes every name, and the record of the intervals: they may be configured otherwise from then on. */
  async deleteAll(): Promise<void> {
    try {
      await this.#store('deleteAll', async () => {
        await this.#writer.combined();
        await this.#adapter.deleteAll();
      });
    } finally {
      this.#writer.forgetRecord();
    }
  }

  /**
   * Deletes what is past its retention, of one name or of all, in a store that does not do so by itself. Rejects
   * with `UnsupportedOperationError` where the store does.
   */
  async expire(name?: string): Promise<void> {
    if (name !== undefined) checkName(name, this.#adapter.capabilities.nul);
    const { expire, capabilities } = this.#adapter;
    if (expire === undefined || capabilities.expiry === 'native') {
      throw new UnsupportedOperationError(
        'The store deletes expired data by itself; expire is for stores that do not',
      );
    }
    const retention = retentionAt(this.#schema, this.#now());
    await this.#store('expire', () => expire.call(this.#adapter, name, retention));
  }

  /**
   * Waits for the calls that are under way, for up to 30 seconds, then closes the client if Kairos opened it from a
   * URL; a handle stays open. Nothing else can be called after.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await atMost(CLOSE_MILLISECONDS, Promise.all([this.#calls.ended(), this.#writer.ended()]));
    await callStore('close', () => this.#adapter.close());
  }

  #now(): number {
    return this.#schema.clock();
  }

  #prepare(name: unknown, intervalName: unknown, options: unknown, known: readonly string[]): PreparedRead {
    this.#refuseClosed();
    const checked = checkOptions(options, known, 'the read');
    const interval = intervalOf(this.#schema, intervalName);
    const joined = typeof name !== 'string';
    const { nul } = this.#adapter.capabilities;
    const names = [...new Set(listOf(name).map((each) => checkName(each, nul)))];
    if (names.length === 0) throw new InvalidValueError('There are no names to read; expected at least one');
    const now = this.#now();
    const { fetch, ...stageOptions }: StageOptions & { readonly fetch?: unknown } = checked;
    return {
      options: checked,
      interval,
      names,
      joined,
      now,
      oldest: retentionAt(this.#schema, now).get(interval.name) ?? null,
      stages: compileStages(this.#schema, this.#values, stageOptions),
      fetch: functionOption('fetch', fetch),
    };
  }

  #rangeOf(read: PreparedRead): Range {
    const added = addsUp(read.stages);
    const any = added && this.#foldOf(read)?.buckets === true && this.#adapter.capabilities.anyRange === true;
    const most = any ? UNLIMITED : added ? MOST_ADDED : MOST_RETURNED;
    return rangeOf(read.interval, read.options, read.now, most);
  }

  #foldOf({ stages, interval, names, joined, fetch }: PreparedRead): Fold | undefined {
    if (fetch !== undefined) return undefined;
    return foldOf(this.#schema, stages, { interval, names: names.length, joined });
  }

  async #read(read: PreparedRead, range: Range): Promise<ReadResult> {
    return this.#pipeline(read, range, await this.#rows(read, range));
  }

  /** Asks the store for the part of the range that is within its retention. */
  async #rows(read: PreparedRead, range: Range): Promise<Iterable<BucketRow>> {
    const { interval, names, oldest } = read;
    const first = oldest === null ? range.first : Math.max(range.first, oldest);
    if (first > range.last) return [];
    const fold = this.#foldOf(read);
    const query = {
      names,
      interval: interval.name,
      first,
      last: range.last,
      ...(fold === undefined ? {} : { fold }),
    };
    return this.#store(`read of ${describeValue(interval.name)}`, () =>
      this.#adapter.read(query, read.fetch),
    );
  }

  #pipeline(
    { interval, names, joined, stages }: PreparedRead,
    range: Range,
    rows: Iterable<BucketRow>,
  ): Promise<ReadResult> {
    return runPipeline(this.#schema, stages, { interval, range, names, joined }, rows);
  }

  async #bounds(
    names: readonly string[],
    retention: ReadonlyMap<string, number | null>,
  ): Promise<ReadonlyMap<string, { readonly first: number; readonly last: number }>> {
    const bounds = await this.#store('properties', () => this.#adapter.bounds(names, retention));
    return new Map([...bounds].map((each) => [each.interval, each]));
  }

  async #store<R>(doing: string, work: () => Promise<R>): Promise<R> {
    this.#refuseClosed();
    return this.#calls.count(() => callStore(doing, work));
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw new StorageError('The timeseries is closed');
  }
}

interface PreparedRead {
  /** As they were given, an empty object for none. */
  readonly options: object;
  readonly interval: Interval;
  readonly names: readonly string[];
  readonly joined: boolean;
  readonly now: number;
  readonly oldest: number | null;
  readonly stages: Stages;
  readonly fetch: CustomFunction | undefined;
}

/** Waits for some work, but for no longer than so many milliseconds. */
async function atMost(limit: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** The one place where what the pipeline computed takes the type that the call's options stand for. */
function asTyped<R>(computed: unknown): R {
  return computed as R;
}

function* flat({ nested, entries }: ReadResult): Generator<Entry> {
  if (!nested) yield* entries;
  else for (const resolutions of entries.values()) yield* resolutions;
}

/** Whether the values of an adapter are `bigint`s where they are beyond the safe numbers. */
function takesBigints(adapter: StorageAdapter): boolean {
  try {
    return typeof adapter.encode(2n ** 62n) === 'bigint';
  } catch {
    return false;
  }
}
