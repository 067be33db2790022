import { isDeepStrictEqual } from 'node:util';
import type { BulkInserts, Value } from '@kairos/core';
import { type OpenTimeseries, open, type Purpose } from '../timeseries/open.js';
import type { Reference } from '../timeseries/reference.js';
import { lineValue } from './line-value.js';
import type { Sink } from './outlet.js';

/** An open timeseries with the name that it is served under. */
export class Served {
  readonly name: string;
  readonly timeseries: OpenTimeseries;
  readonly sink: Sink;
  /** Converts a line's value to the type that the timeseries stores. */
  readonly valueOf: (value: Value) => Value;
  readonly #reference: Reference;

  private constructor(name: string, reference: Reference, timeseries: OpenTimeseries) {
    this.name = name;
    this.timeseries = timeseries;
    this.valueOf = lineValue(timeseries.type, reference.options.valueType);
    this.sink = sinkOf(timeseries);
    this.#reference = reference;
  }

  static async open(name: string, reference: Reference, purpose: Purpose): Promise<Served> {
    return new Served(name, reference, await open(reference, purpose));
  }

  /** Whether a reference in another configuration means the same timeseries. */
  is({ source, options }: Reference): boolean {
    return source === this.#reference.source && isDeepStrictEqual(options, this.#reference.options);
  }

  close(): Promise<void> {
    return this.timeseries.close();
  }
}

function sinkOf(timeseries: OpenTimeseries): Sink {
  const { type } = timeseries;
  return {
    ordered: type === 'series' || type === 'gauge',
    idempotent: type === 'gauge' || type === 'set',
    // Lanes keep the order of each name. Combined, their writes would wait for one another.
    bulkInsert: (inserts: BulkInserts<Value>) => timeseries.bulkInsert(inserts, { combine: false }),
    probe: (name: string) => timeseries.properties(name),
  };
}
