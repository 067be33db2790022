import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  bucketsBetween,
  type Capabilities,
  type CustomFunction,
  countBuckets,
  describeValue,
  forEachAtOnce,
  type Interval,
  InvalidValueError,
  isError,
  type OpenRequest,
  type Retention,
  type StorageAdapter,
  StorageError,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import type { ChainableCommander } from 'ioredis';
import { closeClient } from './connect.js';
import { addRows, addWindowRows, listOf, textsOf } from './data.js';
import { type Folding, foldingOf } from './folding.js';
import { dataKey, indexKey, Layout, shardOf, shards } from './layout.js';
import { pipelineOption, prefixOption } from './options.js';
import { IntervalsRecord } from './record.js';
import type { Script } from './script.js';
import { boundsScript, listScript } from './scripts/bounds-scripts.js';
import { runsScript } from './scripts/name-index.js';
import { permissionScripts } from './scripts/permission-script.js';
import { readPlan } from './scripts/read-scripts.js';
import { removeScript, removeShardScript } from './scripts/remove-scripts.js';
import type { Call, Client, Sender } from './sender.js';
import { type PlacedField, sharesWindows } from './window-fields.js';
import { writeInBatches } from './write-batches.js';
import { Placement, WritePlanner } from './write-calls.js';

const capabilities: Capabilities = {
  expiry: 'native',
  atomicEvents: true,
  fractionalCounts: true,
  nul: true,
  shared: true,
  anyRange: true,
};

/** The number of windows or buckets that one call reads: few enough that no call blocks the server for long. */
const READ_AT_A_TIME = { windows: 64, buckets: 512 };

/** The most windows or buckets in flight for one query, so that calls and replies of many names do not pile up. */
export const READ_AT_ONCE = { windows: 2_048, buckets: 2 ** 18 };

/** For more windows or buckets of a name than this, the index is asked first, and only existing ones are read. */
const UNGUIDED = READ_AT_ONCE;

/** The most in flight for calls that add up, whose replies are short. */
const FOLDS_AT_ONCE = { windows: 16, buckets: 512 };

/** The number of indexes to read at once. */
const NAMES_AT_ONCE = 64;

/** The most in flight if each window or bucket takes a command of its own. */
const KEYS_AT_ONCE = { windows: 500, buckets: 10_000 };

const LEAST_PRIVILEGES = '+@read +@write +@scripting +@connection +info +time';

/** The errors of scripts over several keys of a slot while a cluster moves it. */
const MOVING = /non local key|undeclared keys|TRYAGAIN/;
const MOVING_TRIES = 16;
const MOVING_DELAY = 100;

export class RedisAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities = capabilities;
  readonly #client: Client;
  readonly #owned: boolean;
  readonly #sender: Sender;
  readonly #type: T;
  readonly #layout: Layout;
  readonly #record: IntervalsRecord;
  readonly #planner: WritePlanner<T>;
  readonly #placements = new Map<string, Placement>();
  /** The scripts whose text each of the user's pipelines already contains. */
  readonly #pipelined = new WeakMap<ChainableCommander, Set<Script>>();

  constructor(sender: Sender, owned: boolean, { type, schema, options }: OpenRequest<T>) {
    this.#client = sender.client;
    this.#owned = owned;
    this.#sender = sender;
    this.#type = type;
    this.#layout = new Layout(prefixOption(options), type);
    this.#record = new IntervalsRecord(sender, this.#layout, schema);
    for (const [name, interval] of schema.intervals) {
      this.#placements.set(name, new Placement(type, interval));
    }
    this.#planner = new WritePlanner(type, this.#layout, (interval) => this.#placementOf(interval));
  }

  /** Throws if the user may write but lacks the right to a command that inserts run. */
  async checkPermissions(): Promise<void> {
    const missing = textsOf(
      await this.#sender.ask({
        script: permissionScripts[this.#type],
        keys: [this.#layout.names(shards[0] ?? '')],
        args: [],
      }),
    );
    if (missing.length === 0) return;
    throw new StorageError(
      `The Redis user may not run ${missing.join(', ')}; expected a user with ${LEAST_PRIVILEGES}`,
    );
  }

  encode(value: unknown): StoredValue {
    return this.#type === 'count' ? storeAmount(value) : storeScalar(value);
  }

  async write(
    writes: readonly BucketWrite<T>[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<readonly WriteFailure<T>[]> {
    const pipeline = pipelineOption(options);
    if (pipeline === undefined) {
      return writeInBatches(this.#planner, (call) => this.#record.send(call), writes);
    }
    for (const job of this.#planner.jobs(writes)) {
      for (const { call } of job.calls()) this.#addTo(pipeline, this.#record.describe(call, false));
    }
    return [];
  }

  async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    const placement = this.#placementOf(query.interval);
    if (fetch !== undefined) return this.#fetch(query, placement, fetch);
    const spans = await this.#spansOf(query, placement);
    const folding = foldingOf(this.#type, placement, query);
    const folded = folding === null ? null : await this.#readFolded(query, placement, spans, folding);
    if (folded !== null) return folded;
    const rows: BucketRow[] = [];
    const { kind, count } = unitsOf(query, placement);
    const parts = Math.ceil(READ_AT_ONCE[kind] / Math.min(count, READ_AT_A_TIME[kind]));
    await forEachAtOnce(partsOf(spans, READ_AT_A_TIME[kind]), parts, ({ name, first, last }) =>
      this.#readIndexed(rows, { ...query, names: [name] }, placement, first, last),
    );
    return rows;
  }

  async list(retention: Retention, prefix = ''): Promise<Iterable<string>> {
    const pattern = prefix === '' ? '' : `${prefix.replace(/[*?[\\]/g, '\\$&')}*`;
    const args = [pattern, ...this.#retentionArguments(retention)];
    const replies = await Promise.all(
      shards.map((shard) => this.#patiently({ script: listScript, keys: [this.#layout.names(shard)], args })),
    );
    return replies.flatMap(textsOf);
  }

  async bounds(names: readonly string[], retention: Retention): Promise<BucketBounds[]> {
    const args = this.#retentionArguments(retention);
    const replies = await Promise.all(
      names.map((name) =>
        this.#patiently({
          script: boundsScript,
          keys: [indexKey(this.#layout.names(shardOf(name)), name)],
          args: [name, sharesWindows(this.#type) ? '1' : '', ...args],
        }),
      ),
    );
    const intervals = [...retention.keys()];
    const bounds = new Map<string, BucketBounds>();
    for (const reply of replies) {
      for (const [i, found] of listOf(reply).entries()) {
        const interval = intervals[i];
        if (interval === undefined || !Array.isArray(found)) continue;
        const { windows } = this.#placementOf(interval);
        const [low = 0, lowRank = 0, high = 0, highRank = 0] = found.map(Number);
        const first = windows?.placedAtRank(low, lowRank).bucket ?? low;
        const last = windows?.placedAtRank(high, highRank).bucket ?? high;
        const other = bounds.get(interval);
        bounds.set(interval, {
          interval,
          first: Math.min(first, other?.first ?? first),
          last: Math.max(last, other?.last ?? last),
        });
      }
    }
    return [...bounds.values()];
  }

  async delete(name: string): Promise<void> {
    const names = this.#layout.names(shardOf(name));
    await this.#untilDone({ script: removeScript, keys: [names, indexKey(names, name)], args: [name] });
  }

  async deleteAll(): Promise<void> {
    await Promise.all(
      shards.map((shard) =>
        this.#untilDone({ script: removeShardScript, keys: [this.#layout.names(shard)], args: [] }),
      ),
    );
    // Last, so that there is never data without its record.
    await this.#record.remove();
  }

  readRecord(): Promise<string | null> {
    return this.#record.read();
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#record.write(text, expected);
  }

  async close(): Promise<void> {
    if (this.#owned) await closeClient(this.#client);
  }

  #placementOf(interval: string): Placement {
    const placement = this.#placements.get(interval);
    if (placement !== undefined) return placement;
    throw new StorageError(`There is no interval ${describeValue(interval)}`);
  }

  /** The spans of a query that may have data: its whole range or, if that is long, the part in the index. */
  async #spansOf(query: BucketQuery, placement: Placement): Promise<Span[]> {
    const { kind, first, last } = unitsOf(query, placement);
    if (last - first < UNGUIDED[kind]) return query.names.map((name) => ({ name, first, last }));
    const spans: Span[] = [];
    await forEachAtOnce(query.names, NAMES_AT_ONCE, async (name) => {
      const reply = await this.#patiently({
        script: runsScript,
        keys: [indexKey(this.#layout.names(shardOf(name)), name)],
        args: [placement.field, String(first), String(last)],
      });
      const runs = listOf(reply).map(Number);
      for (let i = 0; i < runs.length; i += 2) {
        const [start = 0, length = 0] = runs.slice(i, i + 2);
        spans.push({ name, first: Math.max(first, start), last: Math.min(last, start + length - 1) });
      }
    });
    return spans;
  }

  /** Has the server add up the rows. Resolves to `null` if it cannot do so exactly, or not now: then read the data. */
  async #readFolded(
    query: BucketQuery,
    placement: Placement,
    spans: readonly Span[],
    folding: Folding,
  ): Promise<BucketRow[] | null> {
    const rows: BucketRow[] = [];
    const { kind } = unitsOf(query, placement);
    let counted = 0;
    let exact = true;
    await forEachAtOnce(partsOf(spans, folding.atATime), FOLDS_AT_ONCE[kind], async (span) => {
      if (!exact) return;
      const { name, first, last } = span;
      const part = folding.part(first, last);
      const outcome = await this.#sender.send({
        script: folding.script,
        keys: [indexKey(this.#layout.names(shardOf(name)), name)],
        args: [name, placement.field, String(first), String(last), ...part.args],
      });
      if (outcome.fate === 'done') {
        const [size, found] = listOf(outcome.reply);
        // Core adds up the parts. They are exact if the sum of all magnitudes is.
        counted += size === null ? Number.POSITIVE_INFINITY : Number(size);
        exact &&= counted <= Number.MAX_SAFE_INTEGER;
        if (exact) for (const row of part.rows(name, listOf(found))) rows.push(row);
      } else if (isMoving(outcome.error)) {
        exact = false;
      } else {
        throw outcome.error;
      }
    });
    return exact ? rows : null;
  }

  /** Reads the windows or buckets of one name from `first` to `last` that are in the index. */
  async #readIndexed(
    rows: BucketRow[],
    query: BucketQuery,
    placement: Placement,
    first: number,
    last: number,
  ): Promise<void> {
    const [name = ''] = query.names;
    const outcome = await this.#sender.send({
      script: readPlan(this.#type).script,
      keys: [indexKey(this.#layout.names(shardOf(name)), name)],
      args: [name, placement.field, String(first), String(last)],
    });
    if (outcome.fate === 'done') {
      for (const [unit, reply] of unitsWithData(outcome.reply)) {
        this.#addRows(rows, query, placement, unit, reply);
      }
    } else if (isMoving(outcome.error)) {
      await this.#readSingly(rows, query, placement, first, last);
    } else {
      throw outcome.error;
    }
  }

  /** Reads each window or bucket with a command of its own, which works while a cluster moves the slot. */
  async #readSingly(
    rows: BucketRow[],
    query: BucketQuery,
    placement: Placement,
    first: number,
    last: number,
  ): Promise<void> {
    const client = this.#client;
    const { single } = readPlan(this.#type);
    for (const part of this.#placesOf(query, placement, first, last)) {
      this.#sender.gather();
      const replies = await this.#sender.answerOf(
        Promise.all(
          part.map(({ key }): Promise<unknown> => {
            if (single === 'lrange') return client.lrange(key, 0, -1);
            return client[single](key);
          }),
        ),
      );
      for (const [i, { unit }] of part.entries()) {
        if (textsOf(replies[i]).length > 0) this.#addRows(rows, query, placement, unit, replies[i]);
      }
    }
  }

  #addRows(
    rows: BucketRow[],
    query: BucketQuery,
    { interval, windows }: Placement,
    unit: number,
    reply: unknown,
  ): void {
    const [name = ''] = query.names;
    if (windows !== undefined) addWindowRows(rows, this.#type, windows, query, unit, reply);
    else addRows(rows, this.#type, interval.resolution !== null, { name, bucket: unit }, reply);
  }

  /**
   * Calls the user's function with the client and the key of each bucket; buckets that do not exist have no row. If
   * buckets share windows, it gets the key of each window and the fields asked for, and returns null for a missing one.
   */
  async #fetch(query: BucketQuery, placement: Placement, fetch: CustomFunction): Promise<BucketRow[]> {
    const rows: BucketRow[] = [];
    const { first, last } = unitsOf(query, placement);
    const { interval, windows } = placement;
    for (const part of this.#placesOf(query, placement, first, last)) {
      this.#sender.gather();
      const unread = new Set(part.map(({ key }) => key));
      const areThere = () => Promise.all([...unread].map((key) => this.#client.exists(key)));
      const existing = this.#sender.answerOf(areThere());
      const placed = part.map(({ unit }): PlacedField[] =>
        windows === undefined ? [] : [...windows.fieldsOf(unit, query.first, query.last)],
      );
      // Each in a promise of its own: if a function throws at once, the other commands are still awaited.
      const fetching = part.map(async ({ key }, i) => {
        const data = await fetch(
          this.#client,
          key,
          (placed[i] ?? []).map(({ field }) => field),
        );
        unread.delete(key);
        return data;
      });
      const [exist, fetched] = await Promise.all([
        existing,
        this.#sender.patientlyFor(Promise.all(fetching), areThere),
      ]);
      for (const [i, { name, unit }] of part.entries()) {
        if (Number(exist[i]) !== 1) continue;
        if (windows === undefined) {
          rows.push({ name, bucket: unit, resolution: firstResolution(interval, unit), data: fetched[i] });
        } else {
          rows.push(...fetchedFields(name, placed[i] ?? [], fetched[i]));
        }
      }
    }
    return rows;
  }

  /** The windows or buckets of a query from `first` to `last`, in parts of limited size. */
  *#placesOf(
    { names }: BucketQuery,
    { interval, field, windows }: Placement,
    first: number,
    last: number,
  ): Generator<UnitPlace[]> {
    const most = windows === undefined ? KEYS_AT_ONCE.buckets : KEYS_AT_ONCE.windows;
    let part: UnitPlace[] = [];
    for (const name of names) {
      const shard = this.#layout.names(shardOf(name));
      const units =
        windows === undefined ? bucketsBetween(interval.step, first, last) : integers(first, last);
      for (const unit of units) {
        part.push({ name, unit, key: dataKey(shard, field, unit, name) });
        if (part.length < most) continue;
        yield part;
        part = [];
      }
    }
    if (part.length > 0) yield part;
  }

  #retentionArguments(retention: Retention): string[] {
    const args: string[] = [];
    for (const [name, oldest] of retention) {
      const { field, windows } = this.#placementOf(name);
      args.push(field);
      if (oldest === null) {
        args.push('', '');
      } else if (windows === undefined) {
        args.push(String(oldest), '');
      } else {
        const { window, rank } = windows.edgeOf(oldest);
        args.push(String(window), String(rank));
      }
    }
    return args;
  }

  /** Adds a call to a pipeline. The first call of a script includes its text, because nothing can be resent later. */
  #addTo(pipeline: ChainableCommander, { script, keys, args }: Call): void {
    const known = this.#pipelined.get(pipeline) ?? new Set<Script>();
    this.#pipelined.set(pipeline, known);
    if (known.has(script)) {
      pipeline.evalsha(script.sha, keys.length, ...keys, ...args);
    } else {
      known.add(script);
      pipeline.eval(script.lua, keys.length, ...keys, ...args);
    }
  }

  /** Retries a call while a cluster moves the slot. Only for calls that are safe to repeat. */
  async #patiently(call: Call): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#sender.send(call);
      if (outcome.fate === 'done') return outcome.reply;
      if (attempt === MOVING_TRIES || !isMoving(outcome.error)) throw outcome.error;
      await new Promise((resolve) => setTimeout(resolve, MOVING_DELAY));
    }
  }

  /** Removes in steps until nothing is left. */
  async #untilDone(call: Call): Promise<void> {
    while (Number(await this.#patiently(call)) === 1);
  }
}

/** Windows or buckets of a name. */
interface Span {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

function* partsOf(spans: Iterable<Span>, most: number): Generator<Span> {
  for (const { name, first, last } of spans) {
    for (let from = first; from <= last; from += most) {
      yield { name, first: from, last: Math.min(last, from + most - 1) };
    }
  }
}

/** The part of an interval that a query covers: windows if buckets share them, else buckets. */
function unitsOf({ first, last }: BucketQuery, { interval, windows }: Placement): Units {
  if (windows === undefined) {
    return { kind: 'buckets', first, last, count: countBuckets(interval.step, first, last) };
  }
  const range = windows.windowsOf(first, last);
  return { kind: 'windows', ...range, count: range.last - range.first + 1 };
}

interface Units {
  readonly kind: 'windows' | 'buckets';
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

function* integers(first: number, last: number): Generator<number> {
  for (let integer = first; integer <= last; integer++) yield integer;
}

/** The windows or buckets that have data, from the runs and the data that the read script returns. */
function* unitsWithData(reply: unknown): Generator<readonly [unit: number, reply: unknown]> {
  const [runs, data] = listOf(reply).map(listOf);
  let next = 0;
  for (let i = 0; runs !== undefined && i < runs.length; i += 2) {
    const first = Number(runs[i]);
    const end = first + Number(runs[i + 1]);
    for (let unit = first; unit < end; unit++) {
      const found = data?.[next++];
      if (found !== null && found !== undefined) yield [unit, found];
    }
  }
}

interface UnitPlace {
  readonly name: string;
  readonly unit: number;
  readonly key: string;
}

/** The rows from a customized fetch's result for the fields of a window. */
function* fetchedFields(
  name: string,
  fields: readonly PlacedField[],
  fetched: unknown,
): Generator<BucketRow> {
  if (!Array.isArray(fetched) || fetched.length !== fields.length) {
    throw new InvalidValueError(
      `The "fetch" returned ${describeValue(fetched)} for a window; expected an array as HMGET returns, with something or null for each of the ${fields.length} fields`,
    );
  }
  for (const [i, { bucket, resolution }] of fields.entries()) {
    const data: unknown = fetched[i];
    if (data !== null && data !== undefined) yield { name, bucket, resolution, data };
  }
}

function isMoving(error: unknown): boolean {
  return isError(error) && MOVING.test(error.message);
}

/** The result of a customized fetch for a whole bucket goes to the bucket's start. */
function firstResolution({ step, resolution }: Interval, bucket: number): number {
  return resolution === null ? 0 : resolution.bucketOf(step.startOf(bucket));
}
