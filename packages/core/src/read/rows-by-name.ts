import type { BucketRow } from '../adapter.js';

/** The rows of each name, in the order of the names. */
export function rowsByName(
  names: readonly string[],
  rows: Iterable<BucketRow>,
): ReadonlyMap<string, readonly BucketRow[]> {
  const byName = new Map<string, BucketRow[]>(names.map((name) => [name, []]));
  for (const row of rows) byName.get(row.name)?.push(row);
  return byName;
}
