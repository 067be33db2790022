import {
  type BucketQuery,
  type BucketRow,
  type CustomFunction,
  describeValue,
  type Interval,
  InvalidValueError,
} from '@kairos/core';
import type { PlacedField } from '../window-fields.js';
import { placesOf } from './places.js';
import type { ReaderParts } from './reader.js';
import { unitsOf } from './units.js';

/** Reads with the user's function. */
export class FetchReader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /**
   * Calls the user's function with the client and the key of each bucket. A bucket that does not exist has no
   * row. If buckets share windows, calls it with the key of each window and the requested fields; a missing
   * field gives `null`.
   */
  async read(query: BucketQuery, fetch: CustomFunction): Promise<BucketRow[]> {
    const { sender, layout, placements } = this.#parts;
    const { client } = sender;
    const placement = placements.of(query.interval);
    const rows: BucketRow[] = [];
    const { interval, windows } = placement;
    for (const part of placesOf(layout, query.names, placement, unitsOf(query, placement))) {
      sender.gather();
      const unread = new Set(part.map(({ key }) => key));
      const areThere = () => Promise.all([...unread].map((key) => client.exists(key)));
      const existing = sender.answerOf(areThere());
      const placed = part.map(({ unit }): PlacedField[] =>
        windows === undefined ? [] : [...windows.fieldsOf(unit, query.first, query.last)],
      );
      // Async, so that a function that throws at once leaves no other call's promise unhandled.
      const fetching = part.map(async ({ key }, i) => {
        const fields = (placed[i] ?? []).map(({ field }) => field);
        const data = await fetch(client, key, fields);
        unread.delete(key);
        return data;
      });
      const [exist, fetched] = await Promise.all([
        existing,
        sender.patientlyFor(Promise.all(fetching), areThere),
      ]);
      for (const [i, { name, unit }] of part.entries()) {
        if (Number(exist[i]) !== 1) continue;
        if (windows === undefined) {
          rows.push({ name, bucket: unit, resolution: firstResolution(interval, unit), data: fetched[i] });
        } else {
          rows.push(...fetchedFields(name, placed[i] ?? [], fetched[i]));
        }
      }
    }
    return rows;
  }
}

/** The rows of a window from the result of a custom fetch for its fields. */
function* fetchedFields(
  name: string,
  fields: readonly PlacedField[],
  fetched: unknown,
): Generator<BucketRow> {
  if (!Array.isArray(fetched) || fetched.length !== fields.length) {
    throw new InvalidValueError(
      `The "fetch" returned ${describeValue(fetched)} for a window; expected an array as HMGET returns, with something or null for each of the ${fields.length} fields`,
    );
  }
  for (const [i, { bucket, resolution }] of fields.entries()) {
    const data: unknown = fetched[i];
    if (data !== null && data !== undefined) yield { name, bucket, resolution, data };
  }
}

/** The result for a whole bucket goes to the bucket's start. */
function firstResolution({ step, resolution }: Interval, bucket: number): number {
  return resolution === null ? 0 : resolution.bucketOf(step.startOf(bucket));
}
