import { InvalidValueError } from '../errors.js';
import { intervalOf } from '../schema/schema.js';
import { locate } from '../time/interval.js';
import { toSeconds } from '../time/timestamp.js';
import { storeOf, type Timeseries } from '../timeseries.js';
import type { TimeseriesTypes } from '../timeseries-types.js';
import type { DataOf } from '../types/data-type.js';
import type { Timestamp } from '../values/insertable.js';
import { checkName } from '../values/name.js';
import { describeValue } from '../values/value.js';
import type { InsertResult } from '../write/inserter.js';
import { PendingWrites } from './pending-writes.js';
import { piecesOf } from './pieces.js';
import { encoded } from './remaking.js';
import { rangesIn } from './task.js';

/** The timestamp and data of one bucket, as stored: without `readFunc` and `writeFunc`. */
export type BucketEntry<S extends TimeseriesTypes> = readonly [
  name: string,
  timestamp: Timestamp,
  data: DataOf<S['type'], S['value']>,
];

/**
 * Iterates over the buckets of a name that have data, ascending (resolution buckets if the interval has them). Yields
 * their timestamps, and their data as stored. Reads in parts, so that any length fits in memory.
 *
 * @example
 * ```ts
 * for await (const [timestamp, data] of readBuckets(hits, 'home', 'minute')) console.log(timestamp, data);
 * ```
 */
export async function* readBuckets<S extends TimeseriesTypes>(
  timeseries: Timeseries<S>,
  name: string,
  interval: keyof S['intervals'] & string,
): AsyncGenerator<[timestamp: number, data: DataOf<S['type'], S['value']>], void, undefined> {
  const source = storeOf(timeseries);
  checkName(name, source.adapter.capabilities.nul);
  const [range] = await rangesIn(source, name, [intervalOf(source.schema, interval)]);
  if (range === undefined) return;
  // The adapter returns the values it received, which have the timeseries' own type.
  for await (const { start, data } of piecesOf(source, range))
    yield [start, data as DataOf<S['type'], S['value']>];
}

/**
 * Adds data to buckets of one interval only, such as what `readBuckets` yields. (An insert would add to all intervals.)
 * Resolves to how many buckets were written, and how many were skipped because they are past their retention. Rejects
 * with an `InvalidValueError` or a `StorageError`; buckets added until then stay.
 *
 * @example
 * ```ts
 * await addBuckets(hits, 'minute', [['home', 1700000000, 12]]);
 * ```
 */
export async function addBuckets<S extends TimeseriesTypes>(
  timeseries: Timeseries<S>,
  interval: keyof S['intervals'] & string,
  entries: Iterable<BucketEntry<S>> | AsyncIterable<BucketEntry<S>>,
): Promise<InsertResult> {
  const target = storeOf(timeseries);
  const { schema, adapter } = target;
  const { dataType } = schema;
  const into = intervalOf(schema, interval);
  const pending = new PendingWrites(target, `addition to ${describeValue(interval)}`);
  const written = new Set<string>();
  let [stored, expired] = [0, 0];
  const send = async () => {
    await pending.send();
    written.clear();
  };
  for await (const [name, timestamp, data] of entries) {
    checkName(name, adapter.capabilities.nul);
    if (!dataType.is(data)) {
      throw new InvalidValueError(
        `The data of ${describeValue(name)} is ${describeValue(data)}; expected that of a ${dataType.type}`,
      );
    }
    const place = locate(into, toSeconds(timestamp, 'timestamp'));
    const key = `${place.bucket}/${place.resolution}/${name}`;
    if (pending.full || written.has(key)) await send();
    written.add(key);
    const own = encoded(schema, data, (value) => adapter.encode(value));
    if (pending.put(name, into, { ...place, data: own })) stored++;
    else expired++;
  }
  await send();
  return { stored, expired };
}
