import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  ConfigurationError,
  type CustomFunction,
  describeValue,
  fetchedRows,
  InvalidValueError,
  type Loss,
  type OpenRequest,
  overflows,
  type Retention,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import { batches } from './batches.js';
import type { SqlTable } from './fetch.js';
import { isDigested, textKey } from './key.js';
import { describeLayout, type Layout } from './layout.js';
import type { CheckedOptions } from './options.js';
import type { Partitions, Slice } from './partitions.js';
import { RowFormat } from './rows.js';
import type { Session, Statement, Step } from './session/session.js';
import { Statements } from './statements.js';
import type { Limits } from './values/value-type.js';

/** Names and buckets of one statement: of `bounds`, and of a step of `expire`. */
const LOOKUPS = 64;
const SLICE_LOOKUPS = 8;
const EXPIRE_NAMES = 64;
const EXPIRE_ROWS = 5000;

export class SqlAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #layout: Layout;
  readonly #session: Session;
  readonly #statements: Statements;
  readonly #format: RowFormat;
  readonly #limits: Limits;
  readonly #recordKey: readonly [unknown, unknown];
  readonly #request: OpenRequest<T>;
  readonly #partitions: Partitions | null;
  readonly #creates: boolean;

  constructor(
    request: OpenRequest<T>,
    options: CheckedOptions,
    layout: Layout,
    session: Session,
    partitions: Partitions | null,
  ) {
    const { dialect } = session;
    this.capabilities = {
      expiry: 'manual',
      atomicEvents: true,
      fractionalCounts: options.valueType.amounts !== 'whole',
      nul: dialect.nul,
      shared: session.shared,
    };
    this.#request = request;
    this.#partitions = partitions;
    this.#creates = options.createTables;
    this.#layout = layout;
    this.#session = session;
    this.#statements = new Statements(layout, dialect, session.kysely);
    this.#format = new RowFormat(layout, dialect);
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

  /** Stores all or nothing. */
  async #writeTogether(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    const steps = this.#steps(writes);
    let failure = await this.#applyTo(writes, steps);
    if (failure !== null && this.#session.dialect.isMissingPartition(failure.error)) {
      this.#partitions?.forget();
      failure = await this.#applyTo(writes, steps);
    }
    return failure === null ? [] : writes.map((write) => ({ write, ...failure }));
  }

  async #applyTo(writes: readonly BucketWrite<T>[], steps: readonly Step[]): Promise<Loss | null> {
    try {
      if (this.#creates) await this.#partitions?.ensure(writes);
    } catch (error) {
      return { fate: 'failed', error };
    }
    return this.#session.apply(steps);
  }

  #steps(writes: readonly BucketWrite<T>[]): readonly Step[] {
    const sorted = writes.length > 1 ? [...writes].sort(byKey) : writes;
    const parameters: unknown[] = [];
    const steps: Step[] = [];
    let name: string | undefined;
    let key: unknown;
    let rows = 0;
    for (const write of sorted) {
      if (write.name !== name) {
        name = write.name;
        key = this.#format.key(name);
        if (isDigested(name)) {
          const whole = this.#session.dialect.text.bind(name);
          steps.push({ statement: this.#statements.keepName(), parameters: [key, whole] });
        }
      }
      rows += this.#format.append(write, key, parameters);
    }
    for (const batch of batches(parameters, rows, this.#layout, this.#session)) {
      steps.push({ statement: this.#statements.insert(batch.rows), parameters: batch.parameters });
    }
    return steps;
  }

  async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    if (fetch !== undefined) return this.#readWith(fetch, query);
    const { interval, first, last } = query;
    const slices = (await this.#partitions?.slices(interval, first, last)) ?? [{ interval, first, last }];
    const [only] = slices;
    if (slices.length === 1 && only !== undefined) return this.#readSlice({ ...query, ...only });
    const found: BucketRow[] = [];
    for (const slice of slices) {
      for (const row of await this.#readSlice({ ...query, ...slice })) found.push(row);
    }
    return found;
  }

  async #readSlice(query: BucketQuery): Promise<Iterable<BucketRow>> {
    const { interval, first, last } = query;
    const coarse = this.#isCoarse(interval);
    const found: BucketRow[] = [];
    const limit = this.#session.dialect.parametersPerStatement - 3;
    for (let start = 0; start < query.names.length; start += limit) {
      const names = query.names.slice(start, start + limit);
      const keys = padded(
        names.map((name) => this.#format.key(name)),
        limit,
      );
      const byKey = new Map(names.map((name) => [textKey(name), name]));
      const [only = ''] = names;
      const rows = await this.#session.rows(this.#statements.read(keys.length, coarse), [
        ...keys,
        this.#format.intervalKey(interval),
        first,
        last,
      ]);
      const columns = this.#statements.readColumns(keys.length, coarse);
      const nameOf = keys.length === 1 ? () => only : (key: unknown) => byKey.get(String(key)) ?? '';
      const buckets = this.#format.buckets(rows, columns, nameOf);
      if (query.names.length <= limit) return buckets;
      for (const row of buckets) found.push(row);
    }
    return found;
  }

  async #readWith(
    fetch: CustomFunction,
    { names, interval, first, last }: BucketQuery,
  ): Promise<BucketRow[]> {
    const coarse = this.#isCoarse(interval);
    const table: SqlTable = {
      name: this.#layout.table,
      columns: this.#layout.columns.map(({ name }) => name),
      keyOf: (text) => this.#format.key(text),
    };
    const rows: BucketRow[] = [];
    for (const name of names) {
      const fetched = await fetch(this.#session.kysely, table, name, interval, first, last);
      for (const row of fetchedRows(name, fetched, coarse)) rows.push(row);
    }
    return rows;
  }

  #isCoarse(interval: string): boolean {
    return this.#request.schema.intervals.get(interval)?.resolution === null;
  }

  async list(retention: Retention): Promise<Iterable<string>> {
    const rest = [...retention].filter(([interval]) => !this.#partitions?.has(interval));
    const parameters = rest.flatMap(([interval, oldest]) => [
      this.#format.intervalKey(interval),
      oldest ?? Number.MIN_SAFE_INTEGER,
    ]);
    const names = new Set<string>();
    const add = (rows: readonly (readonly unknown[])[]) => {
      for (const [name, whole] of rows) names.add(this.#session.dialect.text.read(whole ?? name));
    };
    if (rest.length > 0) add(await this.#session.rows(this.#statements.list(rest.length), parameters));
    for (const [interval, oldest] of this.#partitioned(retention)) {
      for (const slice of await this.#slices(interval, oldest ?? Number.MIN_SAFE_INTEGER)) {
        const range = this.#range(slice);
        add(await this.#session.rows(this.#statements.listSlice(), [...range, ...range]));
      }
    }
    return names;
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
    const lookups = keys.map((key) => [key, ...this.#range(slice)]).flatMap((each) => [...each, ...each]);
    const rows = await this.#session.rows(this.#statements.bounds(keys.length, true), lookups);
    const found = rows.filter(([, least]) => least !== null);
    return [
      Math.min(...found.map(([, least]) => Number(least))),
      Math.max(...found.map(([, , greatest]) => Number(greatest))),
    ];
  }

  async #boundsOfRest(names: readonly string[], retention: Retention): Promise<Map<string, BucketBounds>> {
    const lookups: { readonly interval: string; readonly parameters: readonly unknown[] }[] = [];
    for (const [interval, oldest] of retention) {
      const key = this.#format.intervalKey(interval);
      for (const name of names) {
        const parameters = [this.#format.key(name), key, oldest ?? Number.MIN_SAFE_INTEGER];
        lookups.push({ interval, parameters });
      }
    }
    const bounds = new Map<string, BucketBounds>();
    for (let start = 0; start < lookups.length; start += LOOKUPS) {
      const part = lookups.slice(start, start + LOOKUPS);
      const asked = padded(part, LOOKUPS);
      const rows = await this.#session.rows(
        this.#statements.bounds(asked.length),
        asked.flatMap(({ parameters }) => [...parameters, ...parameters]),
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
    const parameters = [this.#format.key(name)];
    const steps: Step[] = [{ statement: this.#statements.deleteName(), parameters }];
    if (isDigested(name)) steps.unshift({ statement: this.#statements.forgetName(), parameters });
    await this.#apply(steps);
    for (const interval of this.#partitions?.intervals ?? []) {
      for (const slice of await this.#slices(interval)) {
        const inSlice = [...parameters, ...this.#range(slice)];
        await this.#session.run(this.#statements.deleteNameInSlice(), inSlice);
      }
    }
  }

  async deleteAll(): Promise<void> {
    const all = [this.#statements.deleteAllNames(), this.#statements.deleteAll()];
    const steps: Step[] = all.map((statement) => ({ statement, parameters: [] }));
    const forget = { statement: this.#statements.forgetRecord(), parameters: this.#recordKey };
    if (this.#partitions === null) return this.#apply([...steps, forget]);
    await this.#apply(steps);
    for (const interval of this.#partitions.intervals) {
      for (const slice of await this.#slices(interval)) {
        await this.#session.run(this.#statements.deleteSlice(), this.#range(slice));
      }
    }
    await this.#apply([forget]);
  }

  async expire(name: string | undefined, retention: Retention): Promise<void> {
    if (name === undefined && this.#creates) await this.#partitions?.drop(retention);
    const given = name === undefined ? undefined : [this.#format.key(name)];
    const rest = new Map([...retention].filter(([interval]) => !this.#partitions?.has(interval)));
    if (rest.size > 0) {
      for await (const names of given === undefined ? this.#allNames() : [given]) {
        await this.#expire(names, rest);
      }
    }
    for (const [interval, oldest] of this.#partitioned(retention)) {
      if (oldest === null) continue;
      for (const slice of await this.#slices(interval, Number.MIN_SAFE_INTEGER, oldest - 1)) {
        const range = this.#range(slice);
        for await (const names of given === undefined ? this.#namesOf(slice) : [given]) {
          const statement = this.#statements.expireSlice(names.length);
          await this.#deleteInSteps(statement, [...range, ...names, ...range, EXPIRE_ROWS]);
        }
      }
    }
  }

  /** The keys of all names, or of those in a slice, in statements of many. */
  async *#allNames(): AsyncGenerator<readonly unknown[]> {
    for (let after: unknown = this.#format.key(''); ; ) {
      const rows = await this.#session.rows(this.#statements.nextNames(), [after, EXPIRE_NAMES]);
      if (rows.length === 0) return;
      const names = rows.map(([key]) => key);
      yield padded(names, EXPIRE_NAMES);
      after = names.at(-1);
    }
  }

  async *#namesOf(slice: Slice): AsyncGenerator<readonly unknown[]> {
    const range = this.#range(slice);
    for (let after: unknown = this.#format.key(''); ; ) {
      const parameters = [...range, after, ...range, EXPIRE_NAMES];
      const rows = await this.#session.rows(this.#statements.nextNamesOfSlice(), parameters);
      if (rows.length === 0) return;
      const names = rows.map(([key]) => key);
      yield padded(names, EXPIRE_NAMES);
      after = names.at(-1);
    }
  }

  async #expire(names: readonly unknown[], retention: Retention): Promise<void> {
    for (const [interval, oldest] of retention) {
      if (oldest === null) continue;
      if (this.#partitions !== null) {
        // Of the interval twice, so that no partition of others is locked.
        const range = this.#range({ interval, first: Number.MIN_SAFE_INTEGER, last: oldest - 1 });
        await this.#deleteInSteps(this.#statements.expireSlice(names.length), [
          ...range,
          ...names,
          ...range,
          EXPIRE_ROWS,
        ]);
        continue;
      }
      const parameters = [...names, this.#format.intervalKey(interval), oldest, EXPIRE_ROWS];
      await this.#deleteInSteps(this.#statements.expire(names.length), parameters);
    }
  }

  /** Deletes in steps of their own, so that writers come in between. */
  async #deleteInSteps(statement: Statement, parameters: readonly unknown[]): Promise<void> {
    while ((await this.#session.run(statement, parameters)) >= EXPIRE_ROWS) {
      await new Promise((resolve) => setImmediate(resolve));
    }
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
    const recorded = this.#text(row?.[0]);
    if (recorded === wanted) return;
    throw new ConfigurationError(
      `The table "${this.#layout.table}" is laid out as ${recorded}, and the options ask for ${wanted}; expected the same "valueType", or another "tableName"`,
    );
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

/** The same for every process, so that no two wait for each other's rows. */
function byKey(a: BucketWrite, b: BucketWrite): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.interval !== b.interval) return a.interval < b.interval ? -1 : 1;
  return a.bucket - b.bucket || a.resolution - b.resolution;
}

/** Fills up to a power of two with the last item: what it asks for twice changes nothing, and the shapes are few. */
function padded<V>(items: readonly V[], limit: number): readonly V[] {
  const last = items.at(-1);
  if (last === undefined) return items;
  const length = Math.min(limit, 2 ** Math.ceil(Math.log2(items.length)));
  return [...items, ...Array<V>(length - items.length).fill(last)];
}
