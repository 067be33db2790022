import type { BucketBounds } from '../adapter.js';

/** Adds bounds to those of the same interval: `bounds` spans both then. */
export function widen(bounds: Map<string, BucketBounds>, { interval, first, last }: BucketBounds): void {
  const known = bounds.get(interval);
  bounds.set(interval, {
    interval,
    first: Math.min(first, known?.first ?? first),
    last: Math.max(last, known?.last ?? last),
  });
}
