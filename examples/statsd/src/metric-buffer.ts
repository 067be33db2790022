import { Outlet } from './outlet.js';
import type { Metric } from './protocol.js';
import type { StatsdSeries } from './timeseries.js';

/** Values that may wait while the store does not take any. */
const CAPACITY = 200_000;

/** Takes metrics at once and writes them together. */
export class MetricBuffer {
  /** Metrics that did not fit in. */
  dropped = 0;
  readonly #counts: Outlet<number>;
  readonly #gauges: Outlet<number>;
  readonly #histograms: Outlet<number>;
  readonly #sets: Outlet<string>;
  readonly #levels = new Map<string, number>();

  constructor(series: StatsdSeries) {
    this.#counts = new Outlet<number>(series.counts);
    this.#gauges = new Outlet<number>(series.gauges);
    this.#histograms = new Outlet<number>(series.histograms);
    this.#sets = new Outlet<string>(series.sets);
  }

  /** Values that wait, that are stored, and whose fate is not known. */
  get values(): { readonly waiting: number; readonly stored: number; readonly unknown: number } {
    const total = { waiting: 0, stored: 0, unknown: 0 };
    for (const { pending, stored, unknown } of this.#outlets) {
      total.waiting += pending.size;
      total.stored += stored;
      total.unknown += unknown;
    }
    return total;
  }

  /** Why the last flush failed; `undefined` where it did not. */
  get error(): Error | undefined {
    return this.#outlets.find(({ error }) => error !== undefined)?.error;
  }

  get #outlets() {
    return [this.#counts, this.#gauges, this.#histograms, this.#sets];
  }

  /** Takes a metric that arrived at a Unix second. */
  add(metric: Metric, second: number): void {
    const level = metric.type === 'gauge' ? this.#level(metric) : 0;
    if (this.values.waiting >= CAPACITY) {
      this.dropped++;
      return;
    }
    const { type, name } = metric;
    if (type === 'count') this.#counts.pending.add(second, name, [metric.amount]);
    else if (type === 'gauge') this.#gauges.pending.add(second, name, [level]);
    else if (type === 'set') this.#sets.pending.add(second, name, [metric.member]);
    else this.#histograms.pending.add(second, name, Array<number>(metric.occurrences).fill(metric.value));
  }

  /** Writes what waits: one bulk insert for each type. */
  async flush(): Promise<void> {
    await Promise.all(this.#outlets.map((outlet) => outlet.flush()));
  }

  /** What a gauge shows from now on: a relative value needs the last one. */
  #level({ name, value, relative }: Extract<Metric, { type: 'gauge' }>): number {
    const level = relative ? (this.#levels.get(name) ?? 0) + value : value;
    this.#levels.set(name, level);
    return level;
  }
}
