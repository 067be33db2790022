import type { Backend, TimeseriesType } from '@kairos/core';

/** Defines a test. Its name is a sentence of the contract. */
type DefineTest = (name: string, run: () => Promise<void>, timeoutMilliseconds?: number) => unknown;

type DefineGroup = (name: string, define: () => void) => unknown;

type Hook = (run: () => Promise<void>) => unknown;

/** The functions of jest or vitest (`beforeAll`, `afterAll`), or those of `node:test` (`before`, `after`). */
export type TestFunctions =
  | {
      readonly describe: DefineGroup;
      readonly it: DefineTest;
      readonly beforeAll: (run: () => Promise<void>, timeoutMilliseconds?: number) => unknown;
      readonly afterAll: (run: () => Promise<void>, timeoutMilliseconds?: number) => unknown;
    }
  | {
      readonly describe: DefineGroup;
      readonly it: DefineTest;
      readonly before: Hook;
      readonly after: Hook;
    };

/** Options of the backend in `kairos.timeseries`. */
export type BackendOptions = Readonly<Record<string, unknown>>;

/** How to open timeseries in the store under test. The same in every process. */
export interface StoreFactory {
  /** The backend that your package exports. */
  readonly backend: Backend;
  /**
   * Returns a URL, or a handle of the driver. Called once in each process; every timeseries is opened from the result,
   * so a URL must lead to the same store each time (not `sqlite::memory:`: return a handle instead). The suite opens
   * some 500 timeseries: if connecting is slow, a handle makes it faster.
   */
  source(): string | object | Promise<string | object>;
  /**
   * Returns the backend's options for a namespace, such as `{ prefix: namespace }`. A namespace has at most 24 of the
   * characters `a-z`, `0-9` and `_`, begins with a letter, and is new in every run. One test also uses capitals: if you
   * do not accept them, refuse to open with a `KairosError`.
   */
  options(namespace: string): BackendOptions;
  /**
   * For a backend with typed columns: the options of a timeseries of strings, `{ text: { valueType: 'text' } }`.
   * Without these options its values are numbers. Leave it out if strings and numbers are stored side by side.
   */
  readonly values?: { readonly text: BackendOptions };
  /** Closes the handle that `source` returned. Called once all its timeseries are closed. */
  close?(source: string | object): Promise<void>;
}

/** Where child processes find a factory of the same store. */
export interface ProcessFactory {
  /** A module in plain JavaScript (`.mjs`), as a `file:` URL or an absolute path. */
  readonly module: string | URL;
  /** The name under which it exports a `StoreFactory`. */
  readonly export: string;
}

/** A bucket for which the store should refuse writes. */
export interface FailingTarget {
  readonly source: string | object;
  readonly namespace: string;
  readonly type: TimeseriesType;
  readonly name: string;
  readonly interval: string;
  readonly bucket: number;
  /** Always 0: the interval has no resolution. */
  readonly resolution: number;
}

/** A way to the store under test that the suite breaks. */
export interface FragileWay {
  /** Leads to the same store as the factory's `source`. */
  readonly source: string | object;
  /** Breaks every open connection at once. Later connections may work. */
  cut(): void;
  /** Closes it. Called once the timeseries that were opened over it are closed. */
  close(): Promise<void>;
}

/** Everything that the suite needs to know of a backend. */
export interface ConformanceFactory extends StoreFactory {
  /** Required if the adapter declares `shared`. */
  readonly process?: ProcessFactory;
  /**
   * Makes the store itself refuse writes to one bucket (with a trigger, a validator, or a value of another kind in its
   * place), and resolves to a function that undoes it. It may refuse more than that, such as all writes of the
   * timeseries. Not called for buckets of gauges. Without it, test part-way failures of this store in your package.
   */
  failing?(target: FailingTarget): Promise<() => Promise<void>>;
  /**
   * Opens another way to the store, for instance through a `FaultyProxy`, which the suite breaks with inserts in
   * flight. Without it, test that in your package.
   */
  fragile?(source: string | object): Promise<FragileWay>;
  /**
   * Counts the round trips to the store during some work, if the driver or the server can tell. Requests that are sent
   * together, in a pipeline or in parallel to several partitions, count as one. Without it, test rule 7 in your
   * package.
   */
  roundTrips?(work: () => Promise<unknown>, source: string | object): Promise<number>;
  /**
   * Drops the namespaces of a run (tables or databases), some of which may never have been created. Called once all
   * timeseries are closed. Without it, the suite calls `deleteAll` on each.
   */
  drop?(namespaces: readonly string[], source: string | object): Promise<void>;
}

export interface ConformanceOptions {
  /** Name of what is under test, such as `"redis (single node)"`. */
  readonly name: string;
  readonly test: TestFunctions;
  readonly factory: ConformanceFactory;
}
