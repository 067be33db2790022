import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import type { TimeseriesType } from '../types/data-type.js';

/** What a store is asked to do; the tracing channel of each is `kairos.` with its name. */
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

/** The context of a call of a store, as subscribers of its tracing channel get it. */
export interface StoreCall {
  /** The backend's name, `"redis"` for instance. */
  readonly backend: string;
  readonly type: TimeseriesType;
  /** Of a read, and of `properties` where one interval is asked for. */
  readonly interval?: string;
  /** How many names it is about; left out where it is about all. */
  readonly names?: number;
  /** How many buckets a read covers, or a write writes. */
  readonly buckets?: number;
  /** How many calls of `insert` and `bulkInsert` a write holds. */
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

/** Publishes some work on the channel of its operation. What it is about is only looked at where somebody listens. */
export function traced<R>(
  operation: StoreOperation,
  describe: () => StoreCall,
  work: () => Promise<R>,
): Promise<R> {
  const channel = channels[operation];
  return isHeard(channel) ? channel.tracePromise(work, { ...describe() }) : work();
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
