import {
  type Backend,
  type BackendTypes,
  CONTRACT_VERSION,
  type Source,
  type StorageAdapter,
} from './adapter.js';
import { ConfigurationError, UnknownBackendError } from './errors.js';
import { adviceForHandle, adviceForScheme } from './known-backends.js';
import { booleanOption, functionOption, optionError } from './option.js';
import type { ReadValue } from './read/options.js';
import { agreeOnRecord, type Recorded, recordedOptions } from './schema/record.js';
import {
  createSchema,
  type IntervalsOptions,
  openSchema,
  type Schema,
  type SchemaOptions,
} from './schema/schema.js';
import { callStore } from './store/call-store.js';
import { traced } from './store/diagnostics.js';
import { tracedAdapter } from './store/traced-adapter.js';
import { Timeseries } from './timeseries.js';
import type { Fixed, NoBackend } from './timeseries-types.js';
import type { TimeseriesType } from './types/data-type.js';
import type { Value } from './values/insertable.js';
import { describeValue } from './values/value.js';

/** The options of `kairos.timeseries` that every backend takes. */
export interface TimeseriesOptions<T extends TimeseriesType, I extends IntervalsOptions, V, R, W> {
  /** The type of the data in each bucket. */
  readonly type: T;
  /** Intervals by name. Default: those recorded in the store. */
  readonly intervals?: I | undefined;
  /** Applied to every value when it is read. Not called for counts, which are read as numbers. */
  readFunc?(value: Fixed<V>): R;
  /** Applied to every value when it is written. */
  readonly writeFunc?: ((value: W) => Fixed<V>) | undefined;
  /** IANA timezone of the calendar units (hourly, daily, weekly, …). Default: `"UTC"`. */
  readonly timezone?: string | undefined;
  /** Returns the current time in Unix seconds. Replace it in tests. Default: the machine's clock. */
  readonly clock?: (() => number) | undefined;
  /** Options for the driver's client. Only with a URL as the source. */
  readonly clientConfig?: { readonly [option: string]: unknown } | undefined;
  /** Accepts intervals that cut time differently from those the data was written with. */
  readonly allowSchemaChange?: boolean | undefined;
  /**
   * Whether concurrent inserts go out together, in the order of the calls. `false` sends each by itself. Default:
   * `true`.
   */
  readonly combine?: boolean | undefined;
}

const CORE_OPTIONS = [
  'type',
  'intervals',
  'readFunc',
  'writeFunc',
  'timezone',
  'clock',
  'clientConfig',
  'allowSchemaChange',
  'combine',
];

type TypesOf<B extends Backend> = [B] extends [never] ? NoBackend : B extends Backend<infer X> ? X : never;
type ValueTypeOf<X extends BackendTypes> = X extends unknown ? keyof X['values'] & string : never;
type ValueOf<X extends BackendTypes, K extends string> = string extends K
  ? string | number
  : X extends unknown
    ? K extends keyof X['values']
      ? X['values'][K]
      : never
    : never;

/** With several backends, the values of all, because only opening a source decides which backend it belongs to. */
type DefaultValueOf<X extends BackendTypes> = X extends {
  values: infer Values extends BackendTypes['values'];
  defaultValueType: infer K extends string;
}
  ? K extends keyof Values
    ? Values[K]
    : string | number
  : string | number;

/** The types of a timeseries, inferred from its options. */
export interface Opened<
  T extends TimeseriesType,
  I extends IntervalsOptions,
  V extends Value,
  R,
  W,
  X extends BackendTypes,
> {
  type: T;
  intervals: I;
  value: V;
  read: ReadValue<V, R>;
  write: unknown extends W ? (T extends 'count' ? number : V) : W;
  backend: X;
}

/**
 * The backends of a program, and the way to open timeseries. It has no other state: two `Kairos` share nothing.
 *
 * @example
 * ```ts
 * const kairos = new Kairos([sql, redis]);
 * const hits = await kairos.timeseries('sqlite:hits.db', { type: 'count', intervals: { minute: { step: 60 } } });
 * ```
 */
export class Kairos<B extends Backend = never> {
  readonly #backends: Backend[] = [];

  constructor(backends: Iterable<B> = []) {
    if (typeof backends?.[Symbol.iterator] !== 'function') {
      throw new ConfigurationError(`The backends are ${describeValue(backends)}; expected an array of them`);
    }
    for (const backend of backends) this.register(backend);
  }

  /**
   * Adds a backend, and returns this `Kairos` with the types of that backend. Throws a `ConfigurationError` if the
   * backend was made for another contract version.
   */
  register<N extends Backend>(backend: N): Kairos<B | N> {
    if (typeof backend?.open !== 'function' || typeof backend.accepts !== 'function') {
      throw new ConfigurationError(
        `The backend is ${describeValue(backend)}; expected the export of a backend package`,
      );
    }
    if (backend.contract !== CONTRACT_VERSION) {
      throw new ConfigurationError(
        `The backend "${backend.name}" is written for version ${backend.contract} of the adapter contract, but this @kairos/core has version ${CONTRACT_VERSION}; expected the same: upgrade the older of the two`,
      );
    }
    this.#backends.push(backend);
    return this;
  }

  /**
   * Opens a timeseries from a URL or from a client of a driver. Without `intervals` it opens what is recorded there:
   * intervals, `steps`, resolutions and timezone. Rejects with `UnknownBackendError`, `ConfigurationError`,
   * `UnsupportedTypeError`, or `StorageError` if the store cannot be reached.
   *
   * @example
   * ```ts
   * const delays = await kairos.timeseries('sqlite::memory:', {
   *   type: 'histogram',
   *   intervals: { month: { step: 'monthly', resolution: 'daily', steps: 24 } },
   *   timezone: 'Europe/Paris',
   * });
   * const again = await kairos.timeseries('sqlite:delays.db', { type: 'histogram' }); // as it is recorded
   * ```
   */
  async timeseries<
    const T extends TimeseriesType,
    const I extends IntervalsOptions,
    const K extends ValueTypeOf<TypesOf<B>> = never,
    V extends Value = [K] extends [never] ? DefaultValueOf<TypesOf<B>> : ValueOf<TypesOf<B>, K>,
    R = unknown,
    W = unknown,
  >(
    source: string | object,
    options: TimeseriesOptions<T, I, V, R, W> & TypesOf<B>['options'] & { readonly valueType?: K },
  ): Promise<Timeseries<Opened<T, I, V, R, W, TypesOf<B>>>> {
    const backend = this.#backendFor(source);
    const given: GivenOptions<T> = { ...options };
    const own = ownOptions(backend, given);
    const readFunc = functionOption('readFunc', given.readFunc);
    const writeFunc = functionOption('writeFunc', given.writeFunc);
    const allowSchemaChange = booleanOption('allowSchemaChange', given.allowSchemaChange, false);
    const combine = booleanOption('combine', given.combine, true);
    const from = { backend, source: sourceOf(source, given.clientConfig), options: own };
    const { intervals, ...rest } = given;
    const schema = createSchema(
      intervals === undefined ? { ...rest, ...(await lookUp(from, rest)) } : { ...rest, intervals },
    );
    const adapter = await openAdapter(from, schema, false);
    try {
      refuseNul(schema, adapter);
      await callStore('opening of the timeseries', () => agreeOnRecord(adapter, schema, allowSchemaChange));
    } catch (error) {
      await adapter.close().catch(() => undefined);
      throw error;
    }
    const { name, insertOptions } = backend;
    const parts = { backend: name, schema, adapter: tracedAdapter(name, schema, adapter) };
    return new Timeseries({ ...parts, insertOptions, combine, readFunc, writeFunc });
  }

  #backendFor(source: unknown): Backend {
    if (typeof source === 'string') {
      const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(source)?.[1]?.toLowerCase();
      if (scheme === undefined) {
        throw new ConfigurationError(
          'The source is a string without a scheme; expected a URL such as "sqlite:path"',
        );
      }
      const found = this.#backends.find(({ schemes }) => schemes.includes(scheme));
      if (found !== undefined) return found;
      throw new UnknownBackendError(
        `No registered backend takes "${scheme}:" URLs; ${adviceForScheme(scheme)}`,
      );
    }
    if (typeof source !== 'object' || source === null) {
      throw new ConfigurationError(
        `The source is ${describeValue(source)}; expected a URL or a handle of a driver`,
      );
    }
    const found = this.#backends.find((backend) => backend.accepts(source));
    if (found !== undefined) return found;
    const registered = this.#backends.map(({ name }) => name);
    throw new UnknownBackendError(
      `No registered backend takes a handle like ${describeValue(source)}; ${adviceForHandle(source, registered)}`,
    );
  }
}

/** A backend, and the source that it opens. */
interface Place {
  readonly backend: Backend;
  readonly source: Source;
  /** The backend's own. */
  readonly options: Readonly<Record<string, unknown>>;
}

function openAdapter<T extends TimeseriesType>(
  { backend, source, options }: Place,
  schema: Schema<T>,
  mustExist: boolean,
): Promise<StorageAdapter<T>> {
  const request = { source, type: schema.type, schema, options, mustExist };
  return traced(
    'open',
    () => ({ backend: backend.name, type: schema.type }),
    () => callStore(`opening with the backend "${backend.name}"`, () => backend.open(request)),
  );
}

/** Reads the recorded configuration. */
async function lookUp<T extends TimeseriesType>(
  place: Place,
  options: Omit<SchemaOptions<T>, 'intervals'>,
): Promise<Recorded> {
  const adapter = await openAdapter(place, openSchema(options), true);
  try {
    const recorded = await callStore('lookup of the recorded intervals', () => adapter.readRecord());
    return recordedOptions(recorded, options.timezone);
  } finally {
    await adapter.close().catch(() => undefined);
  }
}

/** The options as a caller without types may pass them: those typed `unknown` are checked before use. */
interface GivenOptions<T extends TimeseriesType> extends Omit<SchemaOptions<T>, 'intervals'> {
  readonly intervals?: IntervalsOptions | undefined;
  readonly readFunc?: unknown;
  readonly writeFunc?: unknown;
  readonly clientConfig?: unknown;
  readonly allowSchemaChange?: unknown;
  readonly combine?: unknown;
}

function refuseNul({ intervals }: Schema, { capabilities }: StorageAdapter): void {
  const name = [...intervals.keys()].find((each) => each.includes('\0'));
  if (capabilities.nul || name === undefined) return;
  throw new ConfigurationError(
    `Option "intervals" has the name ${describeValue(name)} with NUL, which this store cannot hold; expected a name without it`,
  );
}

function sourceOf(source: string | object, clientConfig: unknown): Source {
  if (clientConfig !== undefined && (typeof clientConfig !== 'object' || clientConfig === null)) {
    throw optionError('clientConfig', clientConfig, 'an object');
  }
  if (typeof source === 'string') return { url: source, clientConfig: { ...clientConfig } };
  if (clientConfig === undefined) return { handle: source };
  throw new ConfigurationError('Option "clientConfig" is given with a handle; expected it only with a URL');
}

function ownOptions(backend: Backend, given: object): Record<string, unknown> {
  const known: readonly string[] = backend.options;
  const own: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(given)) {
    if (CORE_OPTIONS.includes(option) || value === undefined) continue;
    if (!known.includes(option)) {
      throw new ConfigurationError(
        `Option "${option}" is unknown to the backend "${backend.name}"; expected ${[...CORE_OPTIONS, ...known].join(', ')}`,
      );
    }
    own[option] = value;
  }
  return own;
}
