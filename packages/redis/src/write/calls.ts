import type { BucketWrite, TimeseriesType } from '@kairos/core';
import { dataArguments, sizeOf } from '../data.js';
import { dataKey, indexKey, type Layout, shardOf } from '../layout.js';
import type { Placement, Placements } from '../placement.js';
import { writeScripts } from '../scripts/write-scripts.js';
import type { Call } from '../sender.js';

/**
 * Limits of one call. Names share a call up to `together`. A single name is one call, all or nothing, up to
 * `atOnce`; beyond that it is divided into several. `values` counts buckets and their values; `characters`
 * counts those of the values and of the keys, each of which repeats the name.
 */
const together = { values: 1_000, characters: 2 ** 18 };
const atOnce = { values: 10_000, characters: 2 ** 22 };

/** The most that one call takes of a divided name: Lua passes at most 8,000 arguments at a time. */
const SLICE = { values: 5_000, characters: 2 ** 20 };

/** One call and the writes that it stores, or a part of a write whose bucket is too large for one call. */
export interface WriteCall<T extends TimeseriesType> {
  readonly call: Call;
  readonly writes: readonly BucketWrite<T>[];
}

/** Writes whose calls go out in order, each after the answer to the one before. */
export interface WriteJob<T extends TimeseriesType> {
  readonly writes: readonly BucketWrite<T>[];
  /** The names; a job with several can be resent name by name. */
  readonly names: readonly NamedWrites<T>[];
  readonly values: number;
  readonly characters: number;
  /** Builds each call only when it is needed, so that only calls in flight take memory. */
  calls(): Iterable<WriteCall<T>>;
}

interface NamedWrites<T extends TimeseriesType> {
  readonly name: string;
  readonly writes: readonly BucketWrite<T>[];
  readonly values: number;
  readonly characters: number;
}

/** The names of one shard that wait for others to share a call. */
interface Pending<T extends TimeseriesType> {
  names: NamedWrites<T>[];
  values: number;
  characters: number;
}

/** The arguments for one window. */
interface OpenWindow {
  readonly expiresAt: string;
  readonly fields: string[];
  readonly values: string[];
}

export class WritePlanner<T extends TimeseriesType> {
  readonly #type: T;
  readonly #layout: Layout;
  readonly #placements: Placements;

  constructor(type: T, layout: Layout, placements: Placements) {
    this.#type = type;
    this.#layout = layout;
    this.#placements = placements;
  }

  /** Puts names of one shard together, as far as the limits allow. */
  *jobs(writes: readonly BucketWrite<T>[]): Generator<WriteJob<T>> {
    const shards = new Map<string, Pending<T>>();
    for (const named of byName(writes, this.#layout)) {
      const shard = shardOf(named.name);
      const pending = shards.get(shard) ?? { names: [], values: 0, characters: 0 };
      shards.set(shard, pending);
      pending.values += named.values;
      pending.characters += named.characters;
      const full = pending.values > together.values || pending.characters > together.characters;
      if (full && pending.names.length > 0) {
        yield this.job(shard, pending.names);
        shards.set(shard, { names: [named], values: named.values, characters: named.characters });
      } else {
        pending.names.push(named);
      }
    }
    for (const [shard, { names }] of shards) yield this.job(shard, names);
  }

  job(shard: string, names: readonly NamedWrites<T>[]): WriteJob<T> {
    const [first] = names;
    const whole =
      names.length > 1 ||
      first === undefined ||
      (first.values <= atOnce.values && first.characters <= atOnce.characters);
    return {
      names,
      values: names.reduce((sum, { values }) => sum + values, 0),
      characters: names.reduce((sum, { characters }) => sum + characters, 0),
      writes:
        first !== undefined && names.length === 1 ? first.writes : names.flatMap(({ writes }) => writes),
      calls: () => (whole ? [this.#wholeCall(shard, names)] : this.#cutCalls(shard, first)),
    };
  }

  #wholeCall(shard: string, names: readonly NamedWrites<T>[]): WriteCall<T> {
    const builder = new CallBuilder<T>(this.#type, this.#layout.names(shard));
    for (const { name, writes } of names) {
      builder.startName(name);
      for (const write of writes) {
        for (const data of dataArguments(this.#type, write.data, SLICE.values, Number.POSITIVE_INFINITY)) {
          builder.add(write, this.#placements.of(write.interval), data);
        }
      }
    }
    return builder.finish();
  }

  *#cutCalls(shard: string, { name, writes }: NamedWrites<T>): Generator<WriteCall<T>> {
    const names = this.#layout.names(shard);
    let builder = new CallBuilder<T>(this.#type, names);
    builder.startName(name);
    for (const write of writes) {
      for (const data of dataArguments(this.#type, write.data, SLICE.values, SLICE.characters)) {
        if (builder.values > 0 && !builder.hasRoomFor(write, data)) {
          yield builder.finish();
          builder = new CallBuilder<T>(this.#type, names);
          builder.startName(name);
        }
        builder.add(write, this.#placements.of(write.interval), data);
      }
    }
    if (builder.values > 0) yield builder.finish();
  }
}

/** Gathers the keys and the arguments of the write script. */
class CallBuilder<T extends TimeseriesType> {
  readonly #type: T;
  readonly #names: string;
  readonly #keys: string[];
  readonly #args: string[] = [];
  readonly #writes = new Set<BucketWrite<T>>();
  #name = '';
  #countAt = 0;
  #count = 0;
  /** The windows of the current name, by key. */
  readonly #windows = new Map<string, OpenWindow>();
  values = 0;
  #characters = 0;

  constructor(type: T, names: string) {
    this.#type = type;
    this.#names = names;
    this.#keys = [names];
  }

  startName(name: string): void {
    this.#endWindows();
    this.#name = name;
    this.#keys.push(indexKey(this.#names, name));
    this.#characters += keyLength(this.#names, name);
    this.#args.push('0');
    this.#countAt = this.#args.length - 1;
    this.#count = 0;
  }

  hasRoomFor({ interval, name }: BucketWrite<T>, data: readonly string[]): boolean {
    const more = keyLength(this.#names, name, interval) + charactersOf(data);
    return this.values + data.length <= SLICE.values && this.#characters + more <= SLICE.characters;
  }

  add(write: BucketWrite<T>, { interval, field, windows }: Placement, data: readonly string[]): void {
    if (windows === undefined) {
      this.#keys.push(dataKey(this.#names, field, write.bucket, this.#name));
      this.#args.push(
        secondOf(write.expiresAt),
        interval.resolution === null ? '' : String(write.resolution),
        ...data,
      );
      this.#args[this.#countAt] = String(++this.#count);
    } else {
      const window = windows.windowOf(write);
      const key = dataKey(this.#names, field, window, this.#name);
      let open = this.#windows.get(key);
      if (open === undefined) {
        const expiresAt = windows.expiryOf(window, write.bucket, write.expiresAt);
        open = { expiresAt: secondOf(expiresAt), fields: [], values: [] };
        this.#windows.set(key, open);
      }
      open.fields.push(windows.fieldOf(write));
      open.values.push(data[0] ?? '');
    }
    this.#writes.add(write);
    this.values += data.length;
    this.#characters += keyLength(this.#names, write.name, write.interval) + charactersOf(data);
  }

  finish(): WriteCall<T> {
    this.#endWindows();
    return {
      call: { script: writeScripts[this.#type], keys: this.#keys, args: this.#args },
      writes: [...this.#writes],
    };
  }

  #endWindows(): void {
    if (this.#windows.size === 0) return;
    for (const [key, { expiresAt, fields, values }] of this.#windows) {
      this.#keys.push(key);
      this.#args.push(expiresAt, String(fields.length), ...fields, ...values);
    }
    this.#args[this.#countAt] = String(this.#windows.size);
    this.#windows.clear();
  }
}

function secondOf(expiresAt: number | null): string {
  return expiresAt === null ? '' : String(Math.ceil(expiresAt));
}

function charactersOf(data: readonly string[]): number {
  let characters = 0;
  for (const text of data) characters += text.length;
  return characters;
}

/** The length of a key, without the digits of a bucket and the separators. */
function keyLength(names: string, name: string, interval = ''): number {
  return names.length + interval.length + name.length;
}

function* byName<T extends TimeseriesType>(
  writes: readonly BucketWrite<T>[],
  layout: Layout,
): Generator<NamedWrites<T>> {
  const names = layout.names('');
  for (let from = 0; from < writes.length; ) {
    const name = writes[from]?.name ?? '';
    let [to, values, characters] = [from, 0, keyLength(names, name)];
    for (; writes[to]?.name === name; to++) {
      const write = writes[to];
      if (write === undefined) break;
      const size = sizeOf(write.data);
      values += size.values + 1;
      characters += keyLength(names, name, write.interval) + size.characters;
    }
    yield {
      name,
      writes: from === 0 && to === writes.length ? writes : writes.slice(from, to),
      values,
      characters,
    };
    from = to;
  }
}
