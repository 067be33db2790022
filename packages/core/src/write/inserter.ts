import { booleanOption, checkOptions } from '../option.js';
import type { Store } from '../store/store.js';
import { toSeconds } from '../time/timestamp.js';
import { listOf } from '../values/list-of.js';
import { checkName } from '../values/name.js';
import { checkCopies, type Encode, type Insert, readInserts } from './inserts.js';
import { BulkPlan, planInsert } from './plan.js';
import { BulkInsertCall, InsertCall } from './write-call.js';
import type { Writer } from './writer.js';

/** The result of an insert, in bucket writes. */
export interface InsertResult {
  /** Number of buckets written and acknowledged. */
  readonly stored: number;
  /** Number of buckets left out because they are past their retention. */
  readonly expired: number;
}

export interface InserterParts {
  readonly store: Store;
  readonly writer: Writer;
  /** The names of the backend's own insert options. */
  readonly insertOptions: readonly string[];
  readonly writeFunc: ((value: unknown) => unknown) | undefined;
}

/** Checks inserts, plans the buckets that they touch, and passes these to the writer. */
export class Inserter {
  readonly #store: Store;
  readonly #writer: Writer;
  readonly #options: readonly string[];
  readonly #bulkOptions: readonly string[];
  readonly #encode: Encode;

  constructor({ store, writer, insertOptions, writeFunc }: InserterParts) {
    const { adapter } = store;
    this.#store = store;
    this.#writer = writer;
    this.#bulkOptions = ['intervals', 'combine', ...insertOptions];
    this.#options = ['timestamp', ...this.#bulkOptions];
    this.#encode =
      writeFunc === undefined
        ? (value) => adapter.encode(value)
        : (value) => adapter.encode(writeFunc(value));
  }

  async insert(name: unknown, value: unknown, options: unknown): Promise<InsertResult> {
    this.#store.refuseClosed('failed');
    const { schema, adapter } = this.#store;
    const checked: GivenOptions = checkOptions(options, this.#options, 'insert');
    const { timestamp, intervals, combine, ...own } = checked;
    const copies = checkCopies(intervals);
    const now = schema.clock();
    const seconds = toSeconds(timestamp ?? now, 'timestamp');
    const given = listOf(value === undefined && schema.type === 'count' ? 1 : value);
    const insert: Insert = {
      name: checkName(name, adapter.capabilities.nul),
      seconds,
      values: given.map((each) => this.#encode(each)),
    };
    const plan = planInsert(schema, insert, copies, now);
    const together = { combine: booleanOption('combine', combine, true), own };
    if (plan.writes.length > 0) await this.#writer.write(new InsertCall(insert.name, plan.writes), together);
    return { stored: plan.writes.length, expired: plan.expired };
  }

  async bulkInsert(given: unknown, options: unknown): Promise<InsertResult> {
    this.#store.refuseClosed('failed');
    const { schema, adapter } = this.#store;
    const checked: GivenOptions = checkOptions(options, this.#bulkOptions, 'bulkInsert');
    const { intervals, combine, ...own } = checked;
    const copies = checkCopies(intervals);
    const now = schema.clock();
    const inserts = readInserts(given, now, adapter.capabilities.nul, this.#encode);
    const plan = new BulkPlan(schema, inserts, copies, now);
    const together = { combine: booleanOption('combine', combine, true), own };
    if (plan.writes.length > 0) await this.#writer.write(new BulkInsertCall(inserts, plan), together);
    return { stored: plan.writes.length, expired: plan.expired };
  }
}

/** The options as a caller without types may pass them, with the backend's own among them. */
interface GivenOptions {
  readonly timestamp?: unknown;
  readonly intervals?: unknown;
  readonly combine?: unknown;
}
