import { forEachAtOnce } from '../for-adapters/for-each-at-once.js';
import { oldestKept } from '../time/interval.js';
import type { Timeseries } from '../timeseries.js';
import type { TimeseriesTypes } from '../timeseries-types.js';
import type { StoredData, TimeseriesType } from '../types/data-type.js';
import { isMap, isSet } from '../values/kinds.js';
import type { CopyPlanOptions } from './options.js';
import { inTime, type PieceRange, piecesOf, sizeOf } from './pieces.js';
import type { PlannedInterval } from './plan.js';
import { encoded, type Remade, Remaking } from './remaking.js';
import { CopyTask, rangesIn } from './task.js';

/** Number of names to compare at once. */
const NAMES_AT_ONCE = 4;

/** The most names to report as different. */
const MOST_DIFFERENT = 10;

/** The content of one side in one interval. */
export interface CopyTotals {
  /** Number of buckets with data (resolution buckets if the interval has them). */
  readonly buckets: number;
  /** The sum of a count's amounts; for other types, the number of values. */
  readonly total: number;
}

export interface VerifiedInterval {
  readonly interval: string;
  /** The source interval that it was compared with. */
  readonly from: string;
  /** The totals that the source adds up to. */
  readonly expected: CopyTotals;
  /** The totals in the target. */
  readonly found: CopyTotals;
  /** Names with a different bucket, ten at most. */
  readonly different: readonly string[];
}

/**
 * Compares a copy with its source, using the same options: every bucket, and the totals of each interval of the target.
 * Sums of fractions may differ in their last bits, because doubles do. Do not write to either side meanwhile.
 *
 * @example
 * ```ts
 * const intervals = await verifyCopy(from, to, { intervals: { hour: 'minute' } });
 * const isWhole = intervals.every(({ different }) => different.length === 0);
 * ```
 */
export async function verifyCopy<S extends TimeseriesTypes, D extends TimeseriesTypes>(
  from: Timeseries<S>,
  to: Timeseries<D>,
  options: CopyPlanOptions<S, D> = {},
): Promise<VerifiedInterval[]> {
  const task = await CopyTask.of(from, to, options);
  const comparisons = task.plan.map((planned) => new Comparison(task, planned));
  await forEachAtOnce(task.names, NAMES_AT_ONCE, async (name) => {
    const expected = await task.rangesOf(name);
    const targets = task.plan.map(({ target }) => target);
    const found = await rangesIn(task.target, name, targets);
    for (const comparison of comparisons) await comparison.compare(name, expected, found);
  });
  return comparisons.map((comparison) => comparison.result);
}

class Comparison {
  readonly #task: CopyTask;
  readonly #planned: PlannedInterval;
  readonly #expected = { buckets: 0, total: 0 };
  readonly #found = { buckets: 0, total: 0 };
  readonly #different = new Set<string>();

  constructor(task: CopyTask, planned: PlannedInterval) {
    this.#task = task;
    this.#planned = planned;
  }

  async compare(name: string, sources: readonly PieceRange[], targets: readonly PieceRange[]): Promise<void> {
    const { source, target } = this.#planned;
    const { type } = this.#task.target.schema;
    const oldest = oldestKept(target, this.#task.target.schema.clock());
    const expected = this.#made(
      sources.find(({ interval }) => interval === source),
      oldest,
    );
    const found = this.#stored(targets.find(({ interval }) => interval === target));
    let [one, other] = [await next(expected), await next(found)];
    while (one !== undefined || other !== undefined) {
      const first = order(one, other);
      if (first !== 0 || !isSameData(type, one?.data, other?.data)) this.#differs(name);
      if (first <= 0 && one !== undefined) {
        add(this.#expected, type, one.data);
        one = await next(expected);
      }
      if (first >= 0 && other !== undefined) {
        add(this.#found, type, other.data);
        other = await next(found);
      }
    }
  }

  get result(): VerifiedInterval {
    return {
      interval: this.#planned.target.name,
      from: this.#planned.source.name,
      expected: this.#expected,
      found: this.#found,
      different: [...this.#different],
    };
  }

  /** The buckets that the source adds up to for the target's interval. */
  async *#made(range: PieceRange | undefined, oldest: number | null): Buckets {
    if (range === undefined) return;
    const { schema, adapter } = this.#task.target;
    const remaking = new Remaking(schema, this.#planned.target, (value) => adapter.encode(value), 'whole');
    const kept = (remade: readonly Remade[]) =>
      remade.filter(
        ({ bucket, data }) => (oldest === null || bucket >= oldest) && !isNothing(schema.type, data),
      );
    for await (const piece of this.#task.piecesOf(range)) yield* kept(remaking.take(piece));
    yield* kept(remaking.rest());
  }

  /** The target's own buckets. */
  async *#stored(range: PieceRange | undefined): Buckets {
    if (range === undefined) return;
    const { schema, adapter } = this.#task.target;
    for await (const { bucket, resolution, data: stored } of piecesOf(this.#task.target, range)) {
      const data = encoded(schema, stored, (value) => adapter.encode(value));
      if (!isNothing(schema.type, data)) yield { bucket, resolution, data };
    }
  }

  #differs(name: string): void {
    if (this.#different.size < MOST_DIFFERENT) this.#different.add(name);
  }
}

type Buckets = AsyncGenerator<Remade, undefined, undefined>;

async function next(buckets: Buckets): Promise<Remade | undefined> {
  const { value } = await buckets.next();
  return value;
}

/** Compares two buckets: negative if the first comes first, 0 if they are the same. */
function order(one: Remade | undefined, other: Remade | undefined): number {
  if (one === undefined) return 1;
  return other === undefined ? -1 : inTime(one, other);
}

/** A count of 0 equals no data, because not every store tells them apart. */
function isNothing(type: TimeseriesType, data: StoredData): boolean {
  return type === 'count' && data === 0;
}

function add(totals: { buckets: number; total: number }, type: TimeseriesType, data: StoredData): void {
  totals.buckets++;
  totals.total += type === 'count' ? Number(data) : countOf(data);
}

/** The number of values in data, each counted as often as it occurs. */
function countOf(data: StoredData): number {
  if (!isMap(data)) return sizeOf(data);
  let count = 0;
  for (const each of data.values()) count += Number(each);
  return count;
}

function isSameData(
  type: TimeseriesType,
  one: StoredData | undefined,
  other: StoredData | undefined,
): boolean {
  if (type === 'count') return isClose(Number(one), Number(other));
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => value === other[index]);
  }
  if (isMap(one) && isMap(other)) {
    const found: ReadonlyMap<unknown, unknown> = other;
    const isSame = ([value, count]: [unknown, unknown]) => isClose(Number(count), Number(found.get(value)));
    return one.size === found.size && [...one].every(isSame);
  }
  if (isSet(one) && isSet(other)) {
    const found: ReadonlySet<unknown> = other;
    return one.size === found.size && [...one].every((each) => found.has(each));
  }
  return one === other;
}

/** Whether two sums of doubles differ at most by their order of addition. */
function isClose(one: number, other: number): boolean {
  return one === other || Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other));
}
