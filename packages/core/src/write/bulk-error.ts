import { BulkInsertError } from '../errors.js';
import { messageOf } from '../store/call-store.js';
import type { InsertFailure } from './plan.js';

/** The error with the inserts that were not stored, in the shape they were given, ready to retry. */
export function bulkError(
  failures: readonly InsertFailure[],
  total: number,
  cause: unknown,
): BulkInsertError {
  const parts = { failed: new Map(), unknown: new Map(), applied: new Map() };
  const add = (part: Map<unknown, Map<string, unknown>>, { insert }: InsertFailure, value: unknown) => {
    const named = part.get(insert.timestamp) ?? new Map<string, unknown>();
    part.set(insert.timestamp, named.set(insert.name, value));
  };
  const count = { failed: 0, unknown: 0 };
  const inObjects = new Set<unknown>();
  for (const failure of failures) {
    count[failure.fate]++;
    add(parts[failure.fate], failure, failure.insert.given);
    if (failure.fate === 'unknown') add(parts.applied, failure, failure.applied);
    if (!failure.insert.inMap) inObjects.add(failure.insert.timestamp);
  }
  for (const part of [parts.failed, parts.unknown]) {
    for (const [timestamp, named] of part) {
      if (inObjects.has(timestamp)) part.set(timestamp, Object.fromEntries(named));
    }
  }
  const unknown = count.unknown === 0 ? '' : `, and what became of ${count.unknown} is not known`;
  return new BulkInsertError(
    `Of ${total} inserts, ${count.failed} were not stored${unknown}: ${messageOf(cause)}`,
    parts,
    { cause },
  );
}
