import type { BucketWrite, Loss, WriteFailure } from '../adapter.js';
import { InvalidValueError } from '../errors.js';
import type { Schema } from '../schema/schema.js';
import { type Interval, locate, type Place, shiftBucket } from '../time/interval.js';
import type { DataType, StoredData, TimeseriesType } from '../types/data-type.js';
import { describeValue } from '../values/value.js';
import type { NewWrite } from './bucket-write.js';
import type { BulkInsert, Insert } from './inserts.js';
import { PlaceMap } from './place-map.js';
import { Placing } from './placing.js';

/** The plan of some inserts: one write for each bucket that they touch. */
export interface WritePlan<T extends TimeseriesType> {
  readonly writes: readonly BucketWrite<T>[];
  /** Number of buckets left out because they are past their retention. */
  readonly expired: number;
}

/** An insert that was not fully stored. */
export interface InsertFailure {
  readonly insert: BulkInsert;
  readonly fate: Loss['fate'];
  /** The intervals of which every bucket is stored. */
  readonly applied: readonly string[];
}

/** Plans one insert over all intervals, and over `copies` neighbouring buckets of each. */
export function planInsert<T extends TimeseriesType>(
  schema: Schema<T>,
  insert: Insert,
  copies: number,
  now: number,
): WritePlan<T> {
  const writes: BucketWrite<T>[] = [];
  const skew = schema.clockSkew();
  const data = checkSum(insert.name, schema.dataType.of(insert.values));
  let expired = 0;
  for (const interval of insert.values.length === 0 ? [] : schema.intervals.values()) {
    const placing = new Placing(interval, now, skew);
    for (const place of placesOf(interval, insert.seconds, copies)) {
      if (placing.isExpired(place)) expired++;
      else writes.push(placing.write(insert.name, place, data));
    }
  }
  return { writes, expired };
}

/** The writes of one name in one interval. */
interface Placed<T extends TimeseriesType> {
  readonly placing: Placing;
  /** By place; `null` if the bucket is past its retention. */
  readonly buckets: PlaceMap<NewWrite<T> | null>;
}

/** The plan of many inserts, with one write for each bucket, and the buckets of a name together. */
export class BulkPlan<T extends TimeseriesType = TimeseriesType> implements WritePlan<T> {
  readonly writes: readonly BucketWrite<T>[];
  readonly expired: number;
  readonly #dataType: DataType<T>;
  readonly #copies: number;
  readonly #placings: readonly Placing[];
  readonly #names = new Map<string, readonly Placed<T>[]>();

  constructor(schema: Schema<T>, inserts: readonly Insert[], copies: number, now: number) {
    const skew = schema.clockSkew();
    this.#dataType = schema.dataType;
    this.#copies = copies;
    this.#placings = [...schema.intervals.values()].map((interval) => new Placing(interval, now, skew));
    for (const insert of inserts) {
      if (insert.values.length > 0) this.#add(insert);
    }
    const writes: BucketWrite<T>[] = [];
    let expired = 0;
    for (const named of this.#names.values()) {
      for (const { buckets } of named) {
        for (const write of buckets.values()) {
          if (write === null) {
            expired++;
          } else {
            checkSum(write.name, write.data);
            writes.push(write);
          }
        }
      }
    }
    this.writes = writes;
    this.expired = expired;
  }

  #add(insert: Insert): void {
    let named = this.#names.get(insert.name);
    if (named === undefined) {
      named = this.#placings.map((placing) => ({ placing, buckets: new PlaceMap() }));
      this.#names.set(insert.name, named);
    }
    const later = this.#dataType.of(insert.values);
    for (const placed of named) {
      const place = placed.placing.placeOf(insert.seconds);
      this.#put(insert, placed, place, later);
      if (this.#copies === 0) continue;
      for (const copy of copiesOf(placed.placing.interval, place, this.#copies)) {
        this.#put(insert, placed, copy, later);
      }
    }
  }

  #put({ name, values }: Insert, { placing, buckets }: Placed<T>, place: Place, later: StoredData<T>): void {
    const planned = buckets.get(place);
    if (planned === null) return;
    if (planned !== undefined) {
      planned.data = this.#dataType.add(planned.data, later);
    } else if (placing.isExpired(place)) {
      buckets.set(place, null);
    } else {
      // Not the shared data: later inserts are added to it.
      buckets.set(place, placing.write(name, place, this.#dataType.of(values)));
    }
  }

  /** The inserts that were not fully stored, and their fates. */
  failuresOf(inserts: readonly BulkInsert[], failures: readonly WriteFailure<T>[]): InsertFailure[] {
    const fates = new Map(failures.map(({ write, fate }) => [write, fate]));
    const failed: InsertFailure[] = [];
    for (const insert of inserts) {
      const applied: string[] = [];
      let [stored, unknown, lost] = [0, 0, 0];
      for (const { placing, buckets } of this.#names.get(insert.name) ?? []) {
        const { interval } = placing;
        let [here, whole] = [0, true];
        for (const place of placesOf(interval, insert.seconds, this.#copies)) {
          const write = buckets.get(place);
          if (write === null || write === undefined) continue;
          const fate = fates.get(write);
          if (fate === undefined) stored++;
          else if (fate === 'unknown') unknown++;
          else lost++;
          here++;
          whole &&= fate === undefined;
        }
        if (here > 0 && whole) applied.push(interval.name);
      }
      if (insert.values.length === 0 || unknown + lost === 0) continue;
      failed.push({ insert, fate: stored + unknown === 0 ? 'failed' : 'unknown', applied });
    }
    return failed;
  }
}

/** The place of a timestamp in an interval, then its copies. */
function placesOf(interval: Interval, seconds: number, copies: number): readonly Place[] {
  const place = locate(interval, seconds);
  return copies === 0 ? [place] : [place, ...copiesOf(interval, place, copies)];
}

/** The starts of the neighbouring buckets to copy a place to. */
function* copiesOf(interval: Interval, place: Place, copies: number): Generator<Place> {
  const direction = Math.sign(copies);
  for (let count = 1; count <= Math.abs(copies); count++) {
    const bucket = shiftBucket(interval.step, place.bucket, count * direction, 'intervals');
    yield locate(interval, interval.step.startOf(bucket));
  }
}

/** Refuses an infinite sum of finite amounts. */
function checkSum<D>(name: string, data: D): D {
  if (typeof data !== 'number' || Number.isFinite(data)) return data;
  throw new InvalidValueError(
    `The amounts of ${describeValue(name)} add up to ${data}; expected a sum below 1.8e308`,
  );
}
