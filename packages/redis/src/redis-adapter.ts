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
  isError,
  type OpenRequest,
  type Retention,
  type Schema,
  type StorageAdapter,
  StorageError,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import type { ChainableCommander } from 'ioredis';
import { closeClient } from './client.js';
import { addRows, listOf, textsOf } from './data.js';
import { bucketKey, indexKey, intervalField, Layout, shardOf, shards } from './layout.js';
import { pipelineOption, prefixOption } from './options.js';
import { IntervalsRecord } from './record.js';
import type { Script } from './script.js';
import { boundsScript, listScript } from './scripts/bounds-scripts.js';
import { permissionScripts } from './scripts/permission-script.js';
import { readPlan } from './scripts/read-scripts.js';
import { removeScript, removeShardScript } from './scripts/remove-scripts.js';
import { type Call, type Client, isCluster, type Sender } from './sender.js';
import { writeInBatches } from './write-batches.js';
import { WritePlanner } from './write-calls.js';

const capabilities: Capabilities = {
  expiry: 'native',
  atomicEvents: true,
  fractionalCounts: true,
  nul: true,
  shared: true,
};

/** The buckets that one call reads: fewer where each may hold much, so that no call holds up the server for long. */
const READ_STRINGS = 4_096;
const READ_OTHERS = 512;

/** The buckets of a query that are under way at once, so that calls and replies of many names do not pile up. */
export const READ_AT_ONCE = 2 ** 18;

/**
 * A range of strings is read by MGET up to this many buckets and characters of a name, and keys of a query: faster
 * than looking at the index, but every key is sent, whether there is anything or not.
 */
const MGET_BUCKETS = 4_096;
const MGET_CHARACTERS = 2 ** 20;
const MGET_KEYS = 50_000;

/** Where each key takes a command of its own, this many are under way at once. */
const KEYS_AT_ONCE = 10_000;

const LEAST_PRIVILEGES = '+@read +@write +@scripting +@connection +info +time';

/** While a cluster moves a slot, scripts over several keys of it are refused. */
const MOVING = /non local key|TRYAGAIN/;
const MOVING_TRIES = 16;
const MOVING_DELAY = 100;

export class RedisAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities = capabilities;
  readonly #client: Client;
  readonly #owned: boolean;
  readonly #sender: Sender;
  readonly #type: T;
  readonly #schema: Schema<T>;
  readonly #layout: Layout;
  readonly #record: IntervalsRecord;
  readonly #planner: WritePlanner<T>;
  /** For each pipeline of the user's, the scripts whose text it holds already. */
  readonly #pipelined = new WeakMap<ChainableCommander, Set<Script>>();

  constructor(sender: Sender, owned: boolean, { type, schema, options }: OpenRequest<T>) {
    this.#client = sender.client;
    this.#owned = owned;
    this.#sender = sender;
    this.#type = type;
    this.#schema = schema;
    this.#layout = new Layout(prefixOption(options), type);
    this.#record = new IntervalsRecord(sender, this.#layout, schema);
    this.#planner = new WritePlanner(
      type,
      this.#layout,
      (interval) => this.#interval(interval).resolution !== null,
    );
  }

  /** Throws where the user may write, but lacks a command that inserts run. */
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
    const interval = this.#interval(query.interval);
    if (fetch !== undefined) return this.#fetch(query, interval, fetch);
    const rows: BucketRow[] = [];
    const buckets = countBuckets(interval.step, query.first, query.last);
    const parts = Math.ceil(READ_AT_ONCE / Math.min(buckets, this.#spanOf(interval)));
    await forEachAtOnce(this.#reads(rows, query, interval), parts, (part) => part());
    return rows;
  }

  async list(retention: Retention): Promise<Iterable<string>> {
    const args = this.#retentionArguments(retention);
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
          args: [name, ...args],
        }),
      ),
    );
    const intervals = [...retention.keys()];
    const bounds = new Map<string, BucketBounds>();
    for (const reply of replies) {
      for (const [i, found] of listOf(reply).entries()) {
        const interval = intervals[i];
        if (interval === undefined || !Array.isArray(found)) continue;
        const [first, last] = found.map(Number);
        if (first === undefined || last === undefined) continue;
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
    // Last, so that data never stand without their record.
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

  #interval(name: string): Interval {
    const interval = this.#schema.intervals.get(name);
    if (interval !== undefined) return interval;
    throw new StorageError(`There is no interval ${describeValue(name)}`);
  }

  /** How many buckets of an interval one call reads. */
  #spanOf(interval: Interval): number {
    return readPlan(this.#type, interval.resolution !== null).single === 'get' ? READ_STRINGS : READ_OTHERS;
  }

  /** The parts in which a query is read. */
  *#reads(rows: BucketRow[], query: BucketQuery, interval: Interval): Generator<() => Promise<void>> {
    const { names, first, last } = query;
    const { single } = readPlan(this.#type, interval.resolution !== null);
    const span = this.#spanOf(interval);
    const buckets = countBuckets(interval.step, first, last);
    // Over many keys, a cluster that is moving the slot has the client try again for long before it gives up.
    const few =
      single === 'get' &&
      !isCluster(this.#client) &&
      buckets <= MGET_BUCKETS &&
      buckets * names.length <= MGET_KEYS;
    for (const name of names) {
      if (few && name.length * MGET_BUCKETS <= MGET_CHARACTERS) {
        yield () => this.#readTogether(rows, { ...query, names: [name] }, interval);
        continue;
      }
      for (let from = first; from <= last; from += span) {
        const part = { ...query, names: [name], first: from, last: Math.min(last, from + span - 1) };
        yield () => this.#readIndexed(rows, part, interval);
      }
    }
  }

  async #readTogether(rows: BucketRow[], query: BucketQuery, interval: Interval): Promise<void> {
    const [name = ''] = query.names;
    const names = this.#layout.names(shardOf(name));
    const field = intervalField(interval.name, false);
    const buckets = [...bucketsBetween(interval.step, query.first, query.last)];
    this.#sender.gather();
    const replies = await this.#sender.answerOf(
      this.#client.mget(buckets.map((bucket) => bucketKey(names, field, bucket, name))),
    );
    for (let i = 0; i < buckets.length; i++) {
      const [bucket, reply] = [buckets[i], replies[i]];
      if (bucket === undefined || reply === null) continue;
      addRows(rows, this.#type, false, { name, bucket }, reply);
    }
  }

  async #readIndexed(rows: BucketRow[], query: BucketQuery, interval: Interval): Promise<void> {
    const resolved = interval.resolution !== null;
    const [name = ''] = query.names;
    const outcome = await this.#sender.send({
      script: readPlan(this.#type, resolved).script,
      keys: [indexKey(this.#layout.names(shardOf(name)), name)],
      args: [name, intervalField(interval.name, resolved), String(query.first), String(query.last)],
    });
    if (outcome.fate === 'done') {
      for (const [bucket, reply] of bucketsOf(outcome.reply)) {
        addRows(rows, this.#type, resolved, { name, bucket }, reply);
      }
    } else if (isMoving(outcome.error)) {
      await this.#readSingly(rows, query, interval);
    } else {
      throw outcome.error;
    }
  }

  /** Reads each bucket by a command of its own, which works in a cluster while it moves the slot. */
  async #readSingly(rows: BucketRow[], query: BucketQuery, interval: Interval): Promise<void> {
    const client = this.#client;
    const resolved = interval.resolution !== null;
    const { single } = readPlan(this.#type, resolved);
    for (const part of this.#partsOf(query, interval)) {
      this.#sender.gather();
      const replies = await this.#sender.answerOf(
        Promise.all(
          part.map(({ key }): Promise<unknown> => {
            if (single === 'lrange') return client.lrange(key, 0, -1);
            return client[single](key);
          }),
        ),
      );
      for (const [i, place] of part.entries()) {
        const reply = replies[i];
        if (reply === null || (typeof reply === 'object' && textsOf(reply).length === 0)) continue;
        addRows(rows, this.#type, resolved, place, reply);
      }
    }
  }

  /** Calls the user's function with the client and the key of each bucket; those that do not exist have no row. */
  async #fetch(query: BucketQuery, interval: Interval, fetch: CustomFunction): Promise<BucketRow[]> {
    const rows: BucketRow[] = [];
    for (const part of this.#partsOf(query, interval)) {
      this.#sender.gather();
      const unread = new Set(part.map(({ key }) => key));
      const areThere = () => Promise.all([...unread].map((key) => this.#client.exists(key)));
      const existing = this.#sender.answerOf(areThere());
      // Each in a promise of its own: a function that throws at once leaves no command without anybody who waits.
      const fetching = part.map(async ({ key }) => {
        const data = await fetch(this.#client, key);
        unread.delete(key);
        return data;
      });
      const [exist, fetched] = await Promise.all([
        existing,
        this.#sender.patientlyFor(Promise.all(fetching), areThere),
      ]);
      for (const [i, { name, bucket }] of part.entries()) {
        if (Number(exist[i]) !== 1) continue;
        rows.push({ name, bucket, resolution: firstResolution(interval, bucket), data: fetched[i] });
      }
    }
    return rows;
  }

  *#placesOf({ names, first, last }: BucketQuery, interval: Interval): Generator<BucketPlace> {
    const field = intervalField(interval.name, interval.resolution !== null);
    for (const name of names) {
      const shard = this.#layout.names(shardOf(name));
      for (const bucket of bucketsBetween(interval.step, first, last)) {
        yield { name, bucket, key: bucketKey(shard, field, bucket, name) };
      }
    }
  }

  /** The places of a query in parts of a bounded size. */
  *#partsOf(query: BucketQuery, interval: Interval): Generator<BucketPlace[]> {
    let part: BucketPlace[] = [];
    for (const place of this.#placesOf(query, interval)) {
      part.push(place);
      if (part.length < KEYS_AT_ONCE) continue;
      yield part;
      part = [];
    }
    if (part.length > 0) yield part;
  }

  #retentionArguments(retention: Retention): string[] {
    const args: string[] = [];
    for (const [name, oldest] of retention) {
      args.push(
        intervalField(name, this.#interval(name).resolution !== null),
        oldest === null ? '' : String(oldest),
      );
    }
    return args;
  }

  /** The first time in a pipeline a script goes with its text, since nothing can be sent again later. */
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

  /** Asks again while a cluster moves the slot; for calls that may be run again. */
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

/** The buckets that have data, of the runs of buckets and the data that the read script returns. */
function* bucketsOf(reply: unknown): Generator<readonly [bucket: number, reply: unknown]> {
  const [runs, data] = listOf(reply).map(listOf);
  let next = 0;
  for (let i = 0; runs !== undefined && i < runs.length; i += 2) {
    const first = Number(runs[i]);
    const end = first + Number(runs[i + 1]);
    for (let bucket = first; bucket < end; bucket++) {
      const found = data?.[next++];
      if (found !== null && found !== undefined) yield [bucket, found];
    }
  }
}

interface BucketPlace {
  readonly name: string;
  readonly bucket: number;
  readonly key: string;
}

function isMoving(error: unknown): boolean {
  return isError(error) && MOVING.test(error.message);
}

/** What a custom fetch returns for a whole bucket stands at the bucket's start. */
function firstResolution({ step, resolution }: Interval, bucket: number): number {
  return resolution === null ? 0 : resolution.bucketOf(step.startOf(bucket));
}
