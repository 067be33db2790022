import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  type CustomFunction,
  forEachAtOnce,
  InvalidValueError,
  type Retention,
  type Schema,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  type TimeseriesType,
  UnsupportedOperationError,
  type WriteFailure,
} from '@kairos/core';
import { Directory } from './directory/directory.js';
import type { NameEntry } from './directory/entries.js';
import { Eraser } from './erase/eraser.js';
import type { Lock } from './erase/lock.js';
import type { Layout } from './layout.js';
import { Reader } from './read/reader.js';
import type { IntervalsRecord } from './record.js';
import type { RowForm } from './rows/row-form.js';
import type { Session } from './session/session.js';
import type { ValueType } from './values/value-type.js';
import { IntervalWindows } from './windows.js';
import { KEY_BYTES } from './write/groups.js';
import { ATOMIC_SIZE, Writer } from './write/writer.js';

const NAMES_AT_ONCE = 32;

export interface AdapterParts<T extends TimeseriesType> {
  readonly schema: Schema<T>;
  readonly session: Session;
  readonly layout: Layout;
  readonly form: RowForm<T>;
  readonly record: IntervalsRecord;
  readonly lock: Lock;
  readonly valueType: ValueType;
  /** Shuts the client down if this timeseries opened it. */
  readonly close: () => Promise<void>;
}

/** One timeseries in Cassandra. */
export class CassandraAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #parts: AdapterParts<T>;
  readonly #directory: Directory;
  readonly #writer: Writer<T>;
  readonly #reader: Reader<T>;
  readonly #eraser: Eraser<T>;
  readonly #windows: IntervalWindows;

  constructor(parts: AdapterParts<T>) {
    const { session, layout, form, schema, record, lock } = parts;
    this.#parts = parts;
    this.capabilities = {
      expiry: form.counter ? 'manual' : 'native',
      atomicEvents: !form.counter,
      ...(form.counter ? {} : { atomicSize: ATOMIC_SIZE }),
      fractionalCounts: schema.type === 'count' && !form.counter,
      nul: true,
      shared: true,
      anyRange: true,
    };
    this.#directory = new Directory(session, layout);
    this.#windows = new IntervalWindows(schema, record);
    const common = { session, layout, form, directory: this.#directory, windows: this.#windows };
    this.#writer = new Writer(common);
    this.#reader = new Reader({ ...common, schema });
    this.#eraser = new Eraser({ ...common, lock });
  }

  encode(value: unknown): StoredValue {
    const { form, schema, valueType } = this.#parts;
    if (schema.type === 'count') return form.counter ? wholeAmount(value) : storeAmount(value);
    const stored = valueType.encode(value);
    if (form.clustering.includes('value')) checkKeyValue(stored, valueType);
    return stored;
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return this.#writer.write(writes);
  }

  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    return this.#reader.read(query, fetch);
  }

  async list(retention: Retention, prefix = ''): Promise<string[]> {
    const listed: string[] = [];
    const look = async (entry: NameEntry) => {
      if (isHinted(entry, retention) || (await this.#hasData(entry.name, retention))) listed.push(entry.name);
      else if (this.#directory.isAbandoned(entry)) await this.#removeEmpty(entry);
    };
    await this.#directory.forEachName((names) => forEachAtOnce(names, NAMES_AT_ONCE, look), prefix);
    return listed;
  }

  async #hasData(name: string, retention: Retention): Promise<boolean> {
    for (const { interval, window } of (await this.#windowsWithin(name, retention)).reverse()) {
      const oldest = retention.get(interval) ?? null;
      if ((await this.#reader.edge({ name, interval, window }, oldest, 'last')) !== undefined) return true;
    }
    return false;
  }

  /**
   * Removes a name without data in any interval. All intervals count: another process may have intervals that this one
   * does not know, or keep them for longer.
   */
  async #removeEmpty(entry: NameEntry): Promise<void> {
    const { name } = entry;
    const windows = await this.#directory.windowsOf(name);
    if (windows.some(({ interval }) => this.#keepsCounters(interval))) return;
    for (const window of windows.reverse()) {
      if ((await this.#reader.edge({ name, ...window }, null, 'last')) !== undefined) return;
    }
    await this.#directory.remove(entry);
  }

  /** Windows whose counters were reset stay in the directory until `expire` deletes them. */
  #keepsCounters(interval: string): boolean {
    const { form, schema } = this.#parts;
    return form.counter && schema.intervals.get(interval)?.steps !== null;
  }

  async bounds(names: readonly string[], retention: Retention): Promise<BucketBounds[]> {
    const bounds = new Map<string, { first: number; last: number }>();
    await forEachAtOnce(names, NAMES_AT_ONCE, async (name) => {
      const windows = await this.#windowsWithin(name, retention);
      await forEachAtOnce(retention, NAMES_AT_ONCE, async ([interval, oldest]) => {
        const own = windows.filter((each) => each.interval === interval);
        const edge = async (which: 'first' | 'last') => {
          for (const { window } of which === 'first' ? own : own.toReversed()) {
            const found = await this.#reader.edge({ name, interval, window }, oldest, which);
            if (found !== undefined) return found;
          }
          return undefined;
        };
        const [first, last] = await Promise.all([edge('first'), edge('last')]);
        if (first === undefined || last === undefined) return;
        const joined = bounds.get(interval);
        bounds.set(interval, {
          first: Math.min(first, joined?.first ?? first),
          last: Math.max(last, joined?.last ?? last),
        });
      });
    });
    return [...bounds].map(([interval, { first, last }]) => ({ interval, first, last }));
  }

  /** The windows of a name that may hold data within its retention, ascending in each interval. */
  async #windowsWithin(name: string, retention: Retention) {
    const windows = await this.#directory.windowsOf(name);
    return windows.filter(({ interval, window }) => {
      const oldest = retention.get(interval);
      if (oldest === undefined) return false;
      return oldest === null || window >= this.#windows.of(interval).windowsOf(oldest, oldest).first;
    });
  }

  async delete(name: string): Promise<void> {
    await this.#eraser.deleteName(name);
  }

  async deleteAll(): Promise<void> {
    await this.#eraser.deleteAll();
    await this.#parts.record.forget();
  }

  async expire(name: string | undefined, retention: Retention): Promise<void> {
    if (!this.#parts.form.counter) {
      throw new UnsupportedOperationError('Cassandra deletes expired data of this type by itself');
    }
    await this.#eraser.expire(name, retention);
  }

  readRecord(): Promise<string | null> {
    return this.#parts.record.read();
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#parts.record.write(text, expected);
  }

  close(): Promise<void> {
    return this.#parts.close();
  }
}

/** Whether a name is known to have data within its retention. */
function isHinted({ intervals }: NameEntry, retention: Retention): boolean {
  return intervals.some(({ interval, hint }) => {
    const oldest = retention.get(interval);
    return hint !== null && oldest !== undefined && (oldest === null || hint >= oldest);
  });
}

/** Checks an amount for a counter, which holds whole numbers only. */
function wholeAmount(value: unknown): number {
  const amount = storeAmount(value);
  if (Number.isSafeInteger(amount)) return amount;
  throw new InvalidValueError(
    `The amount is ${amount}; expected a whole number between -2^53 and 2^53, as Cassandra's counters hold no other (set option "floatingCounts" to keep fractions)`,
  );
}

function checkKeyValue(stored: StoredValue, valueType: ValueType): void {
  const bytes = valueType.bytes?.(stored) ?? 0;
  if (bytes <= KEY_BYTES) return;
  throw new InvalidValueError(
    `The value has ${bytes} bytes; expected at most ${KEY_BYTES}, as it is part of a key in a histogram or a set`,
  );
}
