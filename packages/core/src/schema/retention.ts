import type { Retention } from '../adapter.js';
import { oldestKept } from '../time/interval.js';
import type { Schema } from './schema.js';

/** For each interval of the schema, the oldest bucket that is still kept at `now`. */
export function retentionAt(schema: Schema, now: number): Retention {
  const retention = new Map<string, number | null>();
  for (const interval of schema.intervals.values()) retention.set(interval.name, oldestKept(interval, now));
  return retention;
}
