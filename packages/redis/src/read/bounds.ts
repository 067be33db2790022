import { type BucketBounds, type Retention, widen } from '@kairos/core';
import { listOf } from '../data.js';
import { indexKey, shardOf } from '../layout.js';
import { askWhileMoving } from '../moving.js';
import { boundsScript } from '../scripts/bounds-scripts.js';
import { sharesWindows } from '../window-fields.js';
import type { ReaderParts } from './reader.js';

/** Finds the first and the last bucket that names have in each interval. */
export class BoundsReader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async bounds(names: readonly string[], retention: Retention): Promise<BucketBounds[]> {
    const { type, sender, layout, placements } = this.#parts;
    const args = placements.argumentsOf(retention);
    const replies = await Promise.all(
      names.map((name) =>
        askWhileMoving(sender, {
          script: boundsScript,
          keys: [indexKey(layout.names(shardOf(name)), name)],
          args: [name, sharesWindows(type) ? '1' : '', ...args],
        }),
      ),
    );
    const intervals = [...retention.keys()];
    const bounds = new Map<string, BucketBounds>();
    for (const reply of replies) {
      for (const [i, found] of listOf(reply).entries()) {
        const interval = intervals[i];
        if (interval === undefined || !Array.isArray(found)) continue;
        const { windows } = placements.of(interval);
        const [low = 0, lowRank = 0, high = 0, highRank = 0] = found.map(Number);
        const first = windows?.placedAtRank(low, lowRank).bucket ?? low;
        const last = windows?.placedAtRank(high, highRank).bucket ?? high;
        widen(bounds, { interval, first, last });
      }
    }
    return [...bounds.values()];
  }
}
