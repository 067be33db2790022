import { addBuckets, type DataOf, type TimeseriesType, type Value } from '@kairos/core';
import { parseTime } from '../parse-time.js';
import type { OpenTimeseries } from '../timeseries/open.js';
import { dataOf } from './data-of.js';
import type { ImportRecord } from './records.js';

/** Maximum number of records to store at once. */
const AT_ONCE = 5000;

/** Progress of a load. */
export interface Loaded {
  /** Inserted values, plus buckets with added data. */
  records: number;
  /** Bucket writes that were skipped because they are past their retention. */
  expired: number;
}

/**
 * Loads records in order, and stores adjacent ones of one kind together. If the signal aborts, stops between
 * two writes.
 */
export async function load(
  timeseries: OpenTimeseries,
  records: Iterable<ImportRecord> | AsyncIterable<ImportRecord>,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (loaded: Loaded) => void },
): Promise<Loaded> {
  const loaded: Loaded = { records: 0, expired: 0 };
  let batch: ImportRecord[] = [];
  const flush = async () => {
    signal.throwIfAborted();
    loaded.expired += await store(timeseries, batch);
    loaded.records += batch.length;
    batch = [];
    onProgress(loaded);
  };
  for await (const record of records) {
    const [first] = batch;
    if (first !== undefined && (batch.length === AT_ONCE || !goTogether(first, record))) await flush();
    batch.push(record);
  }
  if (batch.length > 0) await flush();
  return loaded;
}

function goTogether(one: ImportRecord, other: ImportRecord): boolean {
  if (one.kind === 'bucket' && other.kind === 'bucket') return one.interval === other.interval;
  return one.kind === other.kind;
}

/** Stores records of one kind. Resolves to the number of skipped bucket writes. */
async function store(timeseries: OpenTimeseries, records: readonly ImportRecord[]): Promise<number> {
  const { type, timezone } = timeseries;
  const timeOf = ({ timestamp }: ImportRecord) => parseTime(timestamp, { option: 'timestamp', timezone });
  const inserts = new Map<number, Map<string, Value[]>>();
  const buckets: [string, number, DataOf<TimeseriesType, Value>][] = [];
  let interval = '';
  for (const record of records) {
    const timestamp = timeOf(record);
    if (record.kind === 'bucket') {
      interval = record.interval;
      buckets.push([record.name, timestamp, dataOf(type, record.data)]);
      continue;
    }
    const names = inserts.get(timestamp) ?? new Map<string, Value[]>();
    inserts.set(timestamp, names);
    const values = names.get(record.name) ?? [];
    names.set(record.name, values);
    values.push(record.value);
  }
  if (buckets.length > 0) return (await addBuckets(timeseries, interval, buckets)).expired;
  return (await timeseries.bulkInsert(inserts)).expired;
}
