import type { Backend, TimeseriesType } from '@kairos/core';

/** A test that is defined: its name is a sentence of the contract. */
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
  /** What the backend package exports. */
  readonly backend: Backend;
  /**
   * A URL, or a handle of the driver. Called once in each process; every timeseries is opened from what it gives, so
   * a URL must lead to the same store each time (not `sqlite::memory:`: give a handle instead). The suite opens some
   * 500 timeseries: where connecting takes long, a handle makes it faster.
   */
  source(): string | object | Promise<string | object>;
  /**
   * The backend's options that make a namespace, `{ prefix: namespace }` for instance. A namespace is at most 24 of
   * the characters `a-z`, `0-9` and `_`, begins with a letter, and is new in every run. In one test it has
   * capitals too, `A-Z`: where they are not taken, opening it is refused with a `KairosError`.
   */
  options(namespace: string): BackendOptions;
  /**
   * For a backend with typed columns, the options of a timeseries whose values are strings:
   * `{ text: { valueType: 'text' } }`. Without them its values are numbers. Left out where values are strings and
   * numbers side by side.
   */
  readonly values?: { readonly text: BackendOptions };
  /** Closes what `source` gave, where that is a handle: called once all its timeseries are closed. */
  close?(source: string | object): Promise<void>;
}

/** Where child processes find a factory of the same store. */
export interface ProcessFactory {
  /** A module in plain JavaScript (`.mjs`), as a `file:` URL or an absolute path. */
  readonly module: string | URL;
  /** The name under which it exports a `StoreFactory`. */
  readonly export: string;
}

/** A bucket to which the store is to refuse writes. */
export interface FailingTarget {
  readonly source: string | object;
  readonly namespace: string;
  readonly type: TimeseriesType;
  readonly name: string;
  readonly interval: string;
  readonly bucket: number;
  /** 0: the interval has no resolution. */
  readonly resolution: number;
}

/** A way to the store under test that the suite breaks. */
export interface FragileWay {
  /** Leads to the same store as the factory's `source`. */
  readonly source: string | object;
  /** Breaks every connection that is open, at once; later ones may work. */
  cut(): void;
  /** Closes it, once the timeseries that were opened over it are closed. */
  close(): Promise<void>;
}

/** All that the suite has to know of a backend. */
export interface ConformanceFactory extends StoreFactory {
  /** Needed where the adapter declares `shared`. */
  readonly process?: ProcessFactory;
  /**
   * Makes the store itself refuse writes to one bucket (with a trigger, a validator, a value of another kind in its
   * place), and resolves to what undoes it. It may refuse more than that: all writes of the timeseries, say. It is not
   * asked for buckets of gauges. Without it, the tests of part-way failures of this store are left to the package of
   * the backend.
   */
  failing?(target: FailingTarget): Promise<() => Promise<void>>;
  /**
   * Makes another way to the store, through a `FaultyProxy` for instance, which the suite breaks with inserts under
   * way. Without it, the test of that is left to the package of the backend.
   */
  fragile?(source: string | object): Promise<FragileWay>;
  /**
   * Counts the round trips to the store during some work, where the driver or the server can tell. Requests that are
   * sent together, in a pipeline or in parallel to several partitions, count as one. Without it, rule 7 is left to the
   * package of the backend.
   */
  roundTrips?(work: () => Promise<unknown>, source: string | object): Promise<number>;
  /**
   * Drops the namespaces of a run, tables or databases, some of which may never have been made: called once all
   * timeseries are closed. Without it the suite calls `deleteAll` of each.
   */
  drop?(namespaces: readonly string[], source: string | object): Promise<void>;
}

export interface ConformanceOptions {
  /** What is under test, `"redis (single node)"` for instance. */
  readonly name: string;
  readonly test: TestFunctions;
  readonly factory: ConformanceFactory;
}
