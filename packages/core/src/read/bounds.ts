import type { BucketBounds, Retention } from '../adapter.js';
import { retentionAt } from '../schema/retention.js';
import type { Store } from '../store/store.js';
import { checkName } from '../values/name.js';

/** Unix seconds of the first and the last bucket with data. */
export interface Bounds {
  readonly first: number;
  readonly last: number;
}

/** The bounds of a name in each interval that has data of it. */
export async function propertiesOf(store: Store, given: unknown): Promise<{ [interval: string]: Bounds }> {
  const { schema, adapter } = store;
  const name = checkName(given, adapter.capabilities.nul);
  const bounds = await boundsIn(store, [name], retentionAt(schema, schema.clock()));
  const properties: [string, Bounds][] = [];
  for (const { name: interval, step } of schema.intervals.values()) {
    const found = bounds.get(interval);
    if (found === undefined) continue;
    properties.push([interval, { first: step.startOf(found.first), last: step.startOf(found.last) }]);
  }
  return Object.fromEntries(properties);
}

/** The first and last bucket with data of some names, by interval. Intervals without data are left out. */
export async function boundsIn(
  store: Store,
  names: readonly string[],
  retention: Retention,
): Promise<ReadonlyMap<string, BucketBounds>> {
  const bounds = await store.call('properties', () => store.adapter.bounds(names, retention));
  return new Map([...bounds].map((each) => [each.interval, each]));
}
