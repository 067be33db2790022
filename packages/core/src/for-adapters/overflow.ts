import { isMap } from '../values/kinds.js';

/** Whether a bucket's data holds an infinite count, because finite ones add up to more than a double holds. */
export function overflows(data: unknown): boolean {
  if (typeof data === 'number') return !Number.isFinite(data);
  return (
    isMap(data) && [...data.values()].some((count) => typeof count === 'number' && !Number.isFinite(count))
  );
}
