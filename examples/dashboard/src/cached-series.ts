import { KairosError } from '@kairos/core';
import type { DailySeries, DailyValues, Range } from './daily-series.js';
import { DAY } from './timeseries.js';

/** Counts where the requested days came from. */
export interface Tally {
  readonly asked: number;
  readonly fromCache: number;
  readonly fromRecord: number;
  /** Number of queries to the record. */
  readonly queries: number;
  /** Number of failed calls to the cache. */
  readonly failures: number;
}

interface FillableSeries extends DailySeries {
  bulkInsert(values: DailyValues): Promise<unknown>;
}

/** Reads the cache, and fills gaps in it from the record. */
export class CachedSeries implements DailySeries {
  readonly #record: DailySeries;
  readonly #cache: FillableSeries;
  readonly #clock: () => number;
  #tally = nothing();

  /** `clock` returns the time in Unix seconds. Today is never cached. */
  constructor(record: DailySeries, cache: FillableSeries, clock: () => number) {
    this.#record = record;
    this.#cache = cache;
    this.#clock = clock;
  }

  async series(name: string, interval: 'day', range: Range): Promise<Map<number, number | null>> {
    const days = await this.#tolerantly(this.#cache.series(name, interval, range));
    if (days === undefined) {
      const recorded = await this.#ask(name, range);
      this.#count(0, recorded.size);
      return recorded;
    }
    const missing = [...days.keys()].filter((day) => days.get(day) === null);
    this.#count(days.size - missing.length, missing.length);
    const [start, end] = [missing[0], missing.at(-1)];
    if (start === undefined || end === undefined) return days;
    const recorded = await this.#ask(name, { start, end });
    for (const day of missing) days.set(day, recorded.get(day) ?? null);
    await this.#fill(name, missing, recorded);
    return days;
  }

  /** Returns the tally since the last call, and starts a new one. */
  takeTally(): Tally {
    const taken = this.#tally;
    this.#tally = nothing();
    return taken;
  }

  #ask(name: string, range: Range): Promise<Map<number, number | null>> {
    this.#tally.queries++;
    return this.#record.series(name, 'day', range);
  }

  /** Caches those days that are over. */
  async #fill(
    name: string,
    days: readonly number[],
    recorded: ReadonlyMap<number, number | null>,
  ): Promise<void> {
    const values: DailyValues = new Map();
    for (const day of days) {
      const value = recorded.get(day) ?? null;
      if (value !== null && day + DAY <= this.#clock()) values.set(day, new Map([[name, [value]]]));
    }
    if (values.size > 0) await this.#tolerantly(this.#cache.bulkInsert(values));
  }

  /** If the cache fails, the dashboard carries on without it. */
  async #tolerantly<R>(call: Promise<R>): Promise<R | undefined> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof KairosError)) throw error;
      this.#tally.failures++;
      return undefined;
    }
  }

  #count(fromCache: number, fromRecord: number): void {
    this.#tally.asked += fromCache + fromRecord;
    this.#tally.fromCache += fromCache;
    this.#tally.fromRecord += fromRecord;
  }
}

function nothing() {
  return { asked: 0, fromCache: 0, fromRecord: 0, queries: 0, failures: 0 };
}
