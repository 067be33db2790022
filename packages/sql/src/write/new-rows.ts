import { type BucketWrite, elapsed } from '@kairos/core';
import { isDigested } from '../key.js';

/** Number of places to remember. Long names are not remembered. */
const MOST_PLACES = 50_000;

/** Pause after a row that was not new, in milliseconds. It doubles each time. */
const FIRST_PAUSE = 60_000;

type Place = Pick<BucketWrite, 'bucket' | 'resolution'>;

/** The last place of a name and an interval in a write. */
export interface LastPlace {
  readonly name: string;
  readonly interval: string;
  readonly place: Place;
}

/**
 * Guesses which rows are new: those later than all that this process has stored for their name and interval. Some
 * servers insert rows that they need not look for in half the time. If another process has stored such a row, the
 * server refuses the insert, and the guesses pause.
 */
export class NewRows {
  readonly #last = new Map<string, Map<string, Place>>();
  #size = 0;
  #pause = FIRST_PAUSE;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  get isPaused(): boolean {
    return elapsed() < this.#pausedUntil;
  }

  /** The last place stored for a name and an interval, if it is known. Rows after it are probably new. */
  lastOf(name: string, interval: string): Place | undefined {
    return this.#last.get(name)?.get(interval);
  }

  /** Call this once the rows are stored. */
  stored(places: readonly LastPlace[]): void {
    for (const { name, interval, place } of places) {
      if (isDigested(name)) continue;
      const ofName = this.#last.get(name) ?? new Map<string, Place>();
      const last = ofName.get(interval);
      if (last === undefined && ++this.#size > MOST_PLACES) {
        this.#last.clear();
        this.#size = 0;
        return;
      }
      this.#last.set(name, ofName);
      if (isAfter(place, last)) ofName.set(interval, { bucket: place.bucket, resolution: place.resolution });
    }
  }

  pause(): void {
    this.#pausedUntil = elapsed() + this.#pause;
    this.#pause *= 2;
  }
}

/** Whether a place comes after another. Any comes after none. */
export function isAfter({ bucket, resolution }: Place, other: Place | undefined): boolean {
  if (other === undefined) return true;
  return bucket > other.bucket || (bucket === other.bucket && resolution > other.resolution);
}
