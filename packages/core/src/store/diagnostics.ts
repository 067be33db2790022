import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import type { WriteFailure } from '../adapter.js';
import type { TimeseriesType } from '../types/data-type.js';

/** An operation of a store. Its tracing channel is `kairos.` followed by the operation's name. */
export type StoreOperation =
  | 'open'
  | 'write'
  | 'read'
  | 'list'
  | 'properties'
  | 'delete'
  | 'deleteAll'
  | 'expire'
  | 'close';

/** The context of a call to a store, as subscribers of its tracing channel get it. */
export interface StoreCall {
  /** Name of the backend, such as `"redis"`. */
  readonly backend: string;
  readonly type: TimeseriesType;
  /** The interval of a read, or of `properties` for a single interval. */
  readonly interval?: string;
  /** Number of names; absent if the call concerns all. */
  readonly names?: number;
  /** Number of buckets read or written. */
  readonly buckets?: number;
  /** Number of `insert` and `bulkInsert` calls in one write; absent if buckets are copied. */
  readonly inserts?: number;
}

const channels: { readonly [O in StoreOperation]: TracingChannel<object, object> } = {
  open: tracingChannel('kairos.open'),
  write: tracingChannel('kairos.write'),
  read: tracingChannel('kairos.read'),
  list: tracingChannel('kairos.list'),
  properties: tracingChannel('kairos.properties'),
  delete: tracingChannel('kairos.delete'),
  deleteAll: tracingChannel('kairos.deleteAll'),
  expire: tracingChannel('kairos.expire'),
  close: tracingChannel('kairos.close'),
};

/** Publishes some work on the channel of its operation. The context is computed only if someone subscribes. */
export function traced<R>(
  operation: StoreOperation,
  describe: () => StoreCall,
  work: () => Promise<R>,
): Promise<R> {
  const channel = channels[operation];
  return isHeard(channel) ? channel.tracePromise(work, { ...describe() }) : work();
}

/** Does the same for a write, which resolves to what failed. The first error is published as that of the call. */
export function tracedWrite(
  describe: () => StoreCall,
  work: () => Promise<readonly WriteFailure[]>,
): Promise<readonly WriteFailure[]> {
  return isHeard(channels.write) ? publishedWrite(describe, work) : work();
}

async function publishedWrite(
  describe: () => StoreCall,
  work: () => Promise<readonly WriteFailure[]>,
): Promise<readonly WriteFailure[]> {
  let failures: readonly WriteFailure[] = [];
  const writing = traced('write', describe, async () => {
    failures = await work();
    const [first] = failures;
    if (first !== undefined) throw first.error;
  });
  await writing.catch((error: unknown) => {
    if (failures.length === 0) throw error;
  });
  return failures;
}

function isHeard({ start, end, asyncStart, asyncEnd, error }: TracingChannel<object, object>): boolean {
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers
  );
}
