import { ConfigurationError, InvalidValueError } from '../errors.js';
import { boundsIn } from '../read/bounds.js';
import { retentionAt } from '../schema/retention.js';
import type { Schema } from '../schema/schema.js';
import type { Store } from '../store/store.js';
import { endOf } from '../time/interval.js';
import type { Timescale } from '../time/timescale.js';
import { toSeconds } from '../time/timestamp.js';
import { storeOf, type Timeseries } from '../timeseries.js';
import type { TimeseriesTypes } from '../timeseries-types.js';
import { describeValue } from '../values/value.js';
import type { Span } from './cuts.js';
import type { CopyPlanOptions } from './options.js';
import { type Piece, type PieceRange, piecesOf } from './pieces.js';
import { type PlannedInterval, planCopy } from './plan.js';

/** The number of names in one call for the bounds of the data. */
const NAMES_AT_ONCE = 500;

/** A checked and planned copy. */
export class CopyTask {
  readonly source: Store;
  readonly target: Store;
  readonly names: readonly string[];
  readonly plan: readonly PlannedInterval[];
  readonly #since: number;
  readonly #until: number;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    { source, target, since, until }: Ends,
    names: readonly string[],
    plan: readonly PlannedInterval[],
    signal: AbortSignal | undefined,
  ) {
    this.source = source;
    this.target = target;
    this.names = names;
    this.plan = plan;
    this.#since = since;
    this.#until = until;
    this.#signal = signal;
  }

  static async of<S extends TimeseriesTypes, D extends TimeseriesTypes>(
    from: Timeseries<S>,
    to: Timeseries<D>,
    options: CopyPlanOptions<S, D>,
  ): Promise<CopyTask> {
    const [source, target] = [storeOf(from), storeOf(to)];
    if (source.adapter === target.adapter) {
      throw new ConfigurationError('The source is the target; expected two timeseries');
    }
    const since = boundary(options.since, 'since', Number.NEGATIVE_INFINITY);
    const until = boundary(options.until, 'until', Number.POSITIVE_INFINITY);
    if (since > until) {
      throw new InvalidValueError(
        `Option "since" is ${describeValue(options.since)}, after "until" ${describeValue(options.until)}; expected a start before the end`,
      );
    }
    const { names, plan } = await namesAndPlan(from, target.schema, options);
    return new CopyTask({ source, target, since, until }, names, plan, options.signal);
  }

  /** The ranges of a name in the source's intervals that the copy reads. Those without data are left out. */
  async rangesOf(name: string): Promise<PieceRange[]> {
    const wanted = new Set(this.plan.map(({ source }) => source));
    const ranges: PieceRange[] = [];
    for (const range of await rangesIn(this.source, name, [...wanted])) {
      const { step } = range.interval;
      // A bucket that contains such a limit may hold resolution buckets on both sides of it.
      const first = bucketAt(step, this.#since, range.first, Math.max);
      const last = bucketAt(step, this.#until, range.last, Math.min);
      if (first <= last) ranges.push({ ...range, first, last });
    }
    return ranges;
  }

  /** The pieces of a range to copy. */
  async *piecesOf(range: PieceRange): AsyncGenerator<Piece, void, undefined> {
    this.#signal?.throwIfAborted();
    for await (const piece of piecesOf(this.source, range)) {
      if (piece.start >= this.#since && piece.start < this.#until) yield piece;
      this.#signal?.throwIfAborted();
    }
  }
}

/** The names to copy, and the source of each interval of the target. */
export async function namesAndPlan<S extends TimeseriesTypes, D extends TimeseriesTypes>(
  from: Timeseries<S>,
  target: Schema,
  { intervals, names: given }: CopyPlanOptions<S, D>,
): Promise<{ names: readonly string[]; plan: readonly PlannedInterval[] }> {
  const source = storeOf(from);
  // Intervals that cannot be made from any data are refused before the data is read.
  planCopy(source.schema, target, intervals, null);
  const names = given === undefined ? await from.list() : [...new Set(given)];
  const isUtc = [source.schema, target].every(({ timezone }) => timezone === 'UTC');
  const span = isUtc ? null : await spanOf(source, names);
  return { names, plan: planCopy(source.schema, target, intervals, span) };
}

interface Ends {
  readonly source: Store;
  readonly target: Store;
  readonly since: number;
  readonly until: number;
}

function boundary(timestamp: unknown, option: string, otherwise: number): number {
  return timestamp === undefined || timestamp === null ? otherwise : toSeconds(timestamp, option);
}

/** The later or the earlier of a bucket and the bucket of a limit, which may be infinite. */
function bucketAt(
  step: Timescale,
  limit: number,
  bucket: number,
  pick: (one: number, other: number) => number,
): number {
  return Number.isFinite(limit) ? pick(bucket, step.bucketOf(limit)) : bucket;
}

/** The ranges of a name with unexpired data, by interval. */
export async function rangesIn(
  store: Store,
  name: string,
  intervals: readonly PieceRange['interval'][],
): Promise<PieceRange[]> {
  const { schema } = store;
  const kept = retentionAt(schema, schema.clock());
  const retention = new Map(intervals.map((interval) => [interval.name, kept.get(interval.name) ?? null]));
  const found = await boundsIn(store, [name], retention);
  return intervals.flatMap((interval) => {
    const range = found.get(interval.name);
    return range === undefined ? [] : [{ name, interval, first: range.first, last: range.last }];
  });
}

/** The first and last second of the data of all names; `null` if there is none. */
async function spanOf(store: Store, names: readonly string[]): Promise<Span | null> {
  const { schema } = store;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const retention = retentionAt(schema, schema.clock());
  for (let index = 0; index < names.length; index += NAMES_AT_ONCE) {
    const some = names.slice(index, index + NAMES_AT_ONCE);
    for (const found of (await boundsIn(store, some, retention)).values()) {
      const step = schema.intervals.get(found.interval)?.step;
      if (step === undefined) continue;
      first = Math.min(first, step.startOf(found.first));
      last = Math.max(last, endOf(step, found.last) - 1);
    }
  }
  return first > last ? null : { first, last };
}
