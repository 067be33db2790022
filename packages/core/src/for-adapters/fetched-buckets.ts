import type { BucketRow } from '../adapter.js';
import { InvalidValueError } from '../errors.js';
import { isMap } from '../values/kinds.js';
import { describeValue } from '../values/value.js';

/**
 * The result of a customized `fetch` that reads one name over a range: the data by bucket, then by resolution bucket
 * (`null` or 0 in an interval without a resolution).
 */
export type FetchedBuckets =
  | ReadonlyMap<number, ReadonlyMap<number | null, unknown>>
  | {
      readonly [bucket: string]:
        | ReadonlyMap<number | null, unknown>
        | { readonly [resolution: string]: unknown };
    };

/**
 * The rows of such a result for one name. `coarse` says that the interval has no resolution. Throws an
 * `InvalidValueError` for any other shape.
 */
export function* fetchedRows(name: string, fetched: unknown, coarse: boolean): Generator<BucketRow> {
  for (const [bucket, resolutions] of entriesOf(fetched, 'a Map of bucket to a Map of resolution to data')) {
    for (const [resolution, data] of entriesOf(resolutions, 'a Map of resolution to data for each bucket')) {
      yield {
        name,
        bucket: integer(bucket, 'bucket'),
        resolution: coarse ? 0 : integer(resolution, 'resolution'),
        data,
      };
    }
  }
}

function entriesOf(fetched: unknown, expected: string): Iterable<readonly [unknown, unknown]> {
  if (isMap(fetched)) return fetched;
  if (typeof fetched === 'object' && fetched !== null && !Array.isArray(fetched)) {
    return Object.entries(fetched);
  }
  throw new InvalidValueError(`The "fetch" returned ${describeValue(fetched)}; expected ${expected}`);
}

function integer(key: unknown, what: string): number {
  const number =
    typeof key === 'number' || (typeof key === 'string' && key !== '') ? Number(key) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidValueError(
    `The "fetch" returned a ${what} ${describeValue(key)}; expected the ${what} as a whole number`,
  );
}
