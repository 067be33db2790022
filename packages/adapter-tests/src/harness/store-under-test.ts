import {
  type Backend,
  type BackendTypes,
  type Capabilities,
  type IntervalsOptions,
  Kairos,
  type StorageAdapter,
  type Timeseries,
  type TimeseriesType,
} from '@kairos/core';
import type { ConformanceFactory } from '../options.js';
import { Namespaces } from './namespaces.js';
import { opening } from './opening.js';
import { unfolded } from './unfolded.js';

/** A timeseries as the tests see it: values are strings and numbers. */
export type TestTimeseries<
  T extends TimeseriesType = TimeseriesType,
  I extends IntervalsOptions = IntervalsOptions,
> = Timeseries<{
  type: T;
  intervals: I;
  value: string | number;
  read: string | number;
  write: T extends 'count' ? number : string | number;
  backend: BackendTypes;
}>;

export interface OpenOptions {
  /** A namespace from `store.namespace()`. Default: one that other tests use too, with other names. */
  readonly namespace?: string;
  /** Whether values are strings. Backends with typed columns need to know. */
  readonly text?: boolean;
  readonly timezone?: string;
  readonly clock?: () => number;
  readonly allowSchemaChange?: boolean;
  readonly readFunc?: (value: string | number) => string | number;
  readonly writeFunc?: (value: string | number) => string | number;
  /** `false` hides the `fold` of a query from the adapter. */
  readonly folds?: boolean;
}

/** The store under test, as the rules see it. */
export class StoreUnderTest {
  readonly factory: ConformanceFactory;
  readonly #namespaces = new Namespaces();
  readonly #adapters = new WeakMap<object, StorageAdapter>();
  readonly #types = new Map<string, { namespace: string; type: TimeseriesType; text: boolean }>();
  readonly #purposes = new Map<string, string>();
  #cached = new Map<string, Promise<unknown>>();
  #opened: { close(): Promise<void> }[] = [];
  #source: string | object | undefined;
  #capabilities: Capabilities | undefined;
  #names = 0;

  constructor(factory: ConformanceFactory) {
    this.factory = factory;
  }

  /** Gets the source from the factory, and the capabilities from the adapter. */
  async start(): Promise<void> {
    this.#source = await this.factory.source();
    const probe = await this.open('count', { minute: { step: 60 } });
    this.#capabilities = this.adapterOf(probe).capabilities;
  }

  get source(): string | object {
    if (this.#source === undefined) throw new Error('The factory has not been asked for its source');
    return this.#source;
  }

  get capabilities(): Capabilities {
    if (this.#capabilities === undefined) throw new Error('The adapter could not be opened');
    return this.#capabilities;
  }

  /** Whether a timeseries holds values of one kind: numbers, or strings if it is opened with `text`. */
  get typed(): boolean {
    return this.factory.values !== undefined;
  }

  /**
   * An empty namespace. Each may cost the store a table for every type, so tests that do not affect one another share
   * one by giving the same `purpose`.
   */
  namespace(purpose?: string): string {
    if (purpose === undefined) return this.#namespaces.fresh();
    const namespace = this.#purposes.get(purpose) ?? this.#namespaces.fresh();
    this.#purposes.set(purpose, namespace);
    return namespace;
  }

  /** Registers and returns the namespace of exactly this name, which must look like those of `namespace`. */
  namespaceCalled(namespace: string): string {
    return this.#namespaces.take(namespace);
  }

  /** A name that no other test uses. */
  name(hint = 'name'): string {
    return `${hint} ${this.#names++}`;
  }

  /** The adapter under an open timeseries. */
  adapterOf(timeseries: object): StorageAdapter {
    const adapter = this.#adapters.get(timeseries);
    if (adapter === undefined) throw new Error('The timeseries was not opened by the suite');
    return adapter;
  }

  /** Opens a timeseries that is closed after the tests of the rule. */
  async open<const T extends TimeseriesType, const I extends IntervalsOptions>(
    type: T,
    intervals: I,
    options: OpenOptions = {},
  ): Promise<TestTimeseries<T, I>> {
    const opened = await this.openAlone(type, intervals, options);
    this.#opened.push(opened);
    return opened;
  }

  /** Opens a timeseries once for all tests of a rule that ask for the same one: opening may cost a connection. */
  async shared<const T extends TimeseriesType, const I extends IntervalsOptions>(
    type: T,
    intervals: I,
    options: Pick<OpenOptions, 'text' | 'timezone'> = {},
  ): Promise<TestTimeseries<T, I>> {
    const key = JSON.stringify([type, intervals, options]);
    const cached = this.#cached.get(key);
    // The key contains the options, so a timeseries under the same key has the same type.
    if (cached !== undefined) return cached as Promise<TestTimeseries<T, I>>;
    const opened = this.open(type, intervals, options);
    this.#cached.set(key, opened);
    return opened;
  }

  /** Opens a timeseries that the test itself closes. */
  async openAlone<const T extends TimeseriesType, const I extends IntervalsOptions>(
    type: T,
    intervals: I,
    { namespace, text = false, folds = true, ...options }: OpenOptions = {},
  ): Promise<TestTimeseries<T, I>> {
    const { timezone = 'UTC' } = options;
    const place = namespace ?? this.#namespaces.shared({ type, text, intervals, timezone });
    const all = { ...this.optionsFor(place, text), ...options };
    const opened = await this.openWith(type, intervals, all, folds);
    // Only now: if opening was refused, there is nothing to delete.
    this.#types.set(JSON.stringify([place, type]), { namespace: place, type, text });
    return opened;
  }

  /** The backend's own options for a namespace of numbers, or of strings. */
  optionsFor(namespace: string, text = false): Readonly<Record<string, unknown>> {
    return { ...this.factory.options(namespace), ...(text ? this.factory.values?.text : {}) };
  }

  /** Opens a timeseries over another way to the store. The test itself closes it. */
  async openOver<const T extends TimeseriesType, const I extends IntervalsOptions>(
    source: string | object,
    type: T,
    intervals: I,
    { namespace }: { readonly namespace: string },
  ): Promise<TestTimeseries<T, I>> {
    this.#types.set(JSON.stringify([namespace, type]), { namespace, type, text: false });
    const kairos = new Kairos([this.factory.backend]);
    return kairos.timeseries(source, { ...this.optionsFor(namespace), type, intervals });
  }

  /** Opens a timeseries with exactly these options. */
  async openWith<const T extends TimeseriesType, const I extends IntervalsOptions>(
    type: T,
    intervals: I,
    options: Readonly<Record<string, unknown>>,
    folds = true,
  ): Promise<TestTimeseries<T, I>> {
    const { backend } = this.factory;
    const { watched, adapter } = watch(folds ? backend : unfolded(backend));
    const opened = await new Kairos([watched]).timeseries(this.source, { ...options, type, intervals });
    this.#adapters.set(opened, adapter());
    return opened;
  }

  /** Opens a timeseries as it is recorded. */
  async openRecorded<const T extends TimeseriesType>(
    type: T,
    { namespace, clock, timezone }: OpenOptions & { readonly namespace: string },
  ): Promise<TestTimeseries<T>> {
    const kairos = new Kairos([this.factory.backend]);
    const options = { ...this.optionsFor(namespace), type, clock, timezone };
    const opened: TestTimeseries<T> = await kairos.timeseries(this.source, options);
    this.#opened.push(opened);
    return opened;
  }

  /** Closes all timeseries that the tests of a rule opened. */
  async closeOpened(): Promise<void> {
    const opened = this.#opened;
    this.#opened = [];
    this.#cached = new Map();
    for (const timeseries of opened) await timeseries.close();
  }

  /** Removes all data of the run, and closes the source. */
  async end(): Promise<void> {
    if (this.#source === undefined) return;
    if (this.factory.drop === undefined) await this.#deleteEverything();
    else await this.factory.drop(this.#namespaces.all, this.#source);
    await this.factory.close?.(this.#source);
  }

  async #deleteEverything(): Promise<void> {
    for (const { namespace, type, text } of this.#types.values()) {
      const options = { namespace, text, allowSchemaChange: true };
      const timeseries = await this.openAlone(type, { minute: { step: 60 } }, options);
      await timeseries.deleteAll();
      await timeseries.close();
    }
  }
}

/** A backend that opens timeseries like another one, and gives access to the adapter. */
function watch(backend: Backend): { watched: Backend; adapter: () => StorageAdapter } {
  let opened: StorageAdapter | undefined;
  const watched = opening(backend, (adapter) => {
    opened = adapter;
    return adapter;
  });
  return {
    watched,
    adapter: () => {
      if (opened === undefined) throw new Error('The backend opened no adapter');
      return opened;
    },
  };
}
