import type { BucketRow, Fold, StorageAdapter } from '../adapter.js';
import { InvalidValueError } from '../errors.js';
import { type CustomFunction, checkOptions, functionOption } from '../option.js';
import { intervalOf } from '../schema/schema.js';
import type { Store } from '../store/store.js';
import { type Interval, oldestKept } from '../time/interval.js';
import { toSeconds } from '../time/timestamp.js';
import { listOf } from '../values/list-of.js';
import { checkName } from '../values/name.js';
import { describeValue } from '../values/value.js';
import { boundsIn } from './bounds.js';
import { type Coverage, coverageOf } from './coverage.js';
import { foldOf } from './fold.js';
import { type Entry, type ReadResult, runPipeline } from './pipeline.js';
import { MOST_ADDED, MOST_RETURNED, type Range, rangeOf, UNLIMITED } from './range.js';
import { rowsByName } from './rows-by-name.js';
import { addsUp, compileStages, type ReadValues, type StageOptions, type Stages } from './stages.js';

const STAGES = ['fetch', 'processRow', 'joinRows', 'condense', 'transform'];
const RANGE = ['start', 'end', 'steps'];
const SERIES = [...STAGES, ...RANGE, 'collapse'];

/** How many buckets `iterate` reads in one round trip. */
const ITERATE_BUCKETS = 1024;

/** Checks a read, asks the store for its rows, and runs the stages over them. */
export class Reader {
  readonly #store: Store;
  readonly #values: ReadValues;

  constructor(store: Store, readFunc: ReadValues['readFunc']) {
    this.#store = store;
    this.#values = { readFunc, bigints: readFunc === undefined && takesBigints(store.adapter) };
  }

  async get(name: unknown, interval: unknown, options: unknown): Promise<Map<number, unknown>> {
    const call = this.#prepare(name, interval, options, [...STAGES, 'timestamp']);
    const { timestamp }: { timestamp?: unknown } = call.options;
    const bucket = call.interval.step.bucketOf(toSeconds(timestamp ?? call.now, 'timestamp'));
    const { nested, entries } = await this.#read(call, { first: bucket, last: bucket });
    const [resolutions = new Map<number, unknown>()] = nested ? entries.values() : [];
    return nested ? resolutions : entries;
  }

  async series(name: unknown, interval: unknown, options: unknown): Promise<Map<number, unknown>> {
    const call = this.#prepare(name, interval, options, SERIES);
    const { entries } = await this.#read(call, this.#rangeOf(call));
    return entries;
  }

  async seriesByName(
    names: unknown,
    interval: unknown,
    options: unknown,
  ): Promise<Map<string, Map<number, unknown>>> {
    const known = SERIES.filter((option) => option !== 'joinRows');
    const call = { ...this.#prepare(names, interval, options, known), joined: false };
    const range = this.#rangeOf(call);
    const byName = new Map<string, Map<number, unknown>>();
    for (const [name, rows] of rowsByName(call.names, await this.#rows(call, range))) {
      const { entries } = await this.#pipeline({ ...call, names: [name] }, range, rows);
      byName.set(name, entries);
    }
    return byName;
  }

  coverage(interval: unknown, options: unknown): Coverage {
    const checked = checkOptions(options, RANGE, 'coverage');
    const { schema } = this.#store;
    const found = intervalOf(schema, interval);
    return coverageOf(found, rangeOf(found, checked, schema.clock(), UNLIMITED));
  }

  async *iterate(name: unknown, interval: unknown, options: unknown): AsyncGenerator<Entry, void, undefined> {
    const call = this.#prepare(name, interval, options, STAGES);
    const { step } = call.interval;
    const bounds = await boundsIn(this.#store, call.names, new Map([[call.interval.name, call.oldest]]));
    const found = bounds.get(call.interval.name);
    if (found === undefined) return;
    const end = step.ordinalOf(found.last);
    for (let ordinal = step.ordinalOf(found.first); ordinal <= end; ordinal += ITERATE_BUCKETS) {
      const last = Math.min(end, ordinal + ITERATE_BUCKETS - 1);
      const oldest = oldestKept(call.interval, this.#store.schema.clock());
      if (oldest !== null && step.ordinalOf(oldest) > last) continue;
      const first = oldest === null ? ordinal : Math.max(ordinal, step.ordinalOf(oldest));
      const range = { first: step.bucketAt(first), last: step.bucketAt(last) };
      for (const entry of flat(await this.#read({ ...call, oldest }, range))) yield entry;
    }
  }

  #prepare(name: unknown, intervalName: unknown, options: unknown, known: readonly string[]): ReadCall {
    this.#store.refuseClosed();
    const checked = checkOptions(options, known, 'the read');
    const { schema, adapter } = this.#store;
    const interval = intervalOf(schema, intervalName);
    const joined = typeof name !== 'string';
    const names = [...new Set(listOf(name).map((each) => checkName(each, adapter.capabilities.nul)))];
    if (names.length === 0) throw new InvalidValueError('There are no names to read; expected at least one');
    const now = schema.clock();
    const { fetch, ...stageOptions }: StageOptions & { readonly fetch?: unknown } = checked;
    return {
      options: checked,
      interval,
      names,
      joined,
      now,
      oldest: oldestKept(interval, now),
      stages: compileStages(schema, this.#values, stageOptions),
      fetch: functionOption('fetch', fetch),
    };
  }

  #rangeOf(call: ReadCall): Range {
    const added = addsUp(call.stages);
    const any =
      added && this.#foldOf(call)?.buckets === true && this.#store.adapter.capabilities.anyRange === true;
    const most = any ? UNLIMITED : added ? MOST_ADDED : MOST_RETURNED;
    return rangeOf(call.interval, call.options, call.now, most);
  }

  #foldOf({ stages, interval, names, joined, fetch }: ReadCall): Fold | undefined {
    if (fetch !== undefined) return undefined;
    return foldOf(this.#store.schema, stages, { interval, names: names.length, joined });
  }

  async #read(call: ReadCall, range: Range): Promise<ReadResult> {
    return this.#pipeline(call, range, await this.#rows(call, range));
  }

  /** Asks the store for the part of the range that is within its retention. */
  async #rows(call: ReadCall, range: Range): Promise<Iterable<BucketRow>> {
    const { interval, names, oldest } = call;
    const first = oldest === null ? range.first : Math.max(range.first, oldest);
    if (first > range.last) return [];
    const fold = this.#foldOf(call);
    const query = {
      names,
      interval: interval.name,
      first,
      last: range.last,
      ...(fold === undefined ? {} : { fold }),
    };
    return this.#store.call(`read of ${describeValue(interval.name)}`, () =>
      this.#store.adapter.read(query, call.fetch),
    );
  }

  #pipeline(
    { interval, names, joined, stages }: ReadCall,
    range: Range,
    rows: Iterable<BucketRow>,
  ): Promise<ReadResult> {
    return runPipeline(this.#store.schema, stages, { interval, range, names, joined }, rows);
  }
}

/** One call, checked. */
interface ReadCall {
  /** As given; an empty object if there were none. */
  readonly options: object;
  readonly interval: Interval;
  readonly names: readonly string[];
  readonly joined: boolean;
  readonly now: number;
  readonly oldest: number | null;
  readonly stages: Stages;
  readonly fetch: CustomFunction | undefined;
}

function* flat({ nested, entries }: ReadResult): Generator<Entry> {
  if (!nested) yield* entries;
  else for (const resolutions of entries.values()) yield* resolutions;
}

/** Whether the adapter's values may be `bigint`s. */
function takesBigints(adapter: StorageAdapter): boolean {
  try {
    return typeof adapter.encode(2n ** 62n) === 'bigint';
  } catch {
    return false;
  }
}
