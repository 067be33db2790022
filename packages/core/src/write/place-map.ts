import type { Place } from '../time/interval.js';

/**
 * A map from the places of one interval. Data mostly arrives in the order of time, so places are kept in lists as long
 * as each new one is later than all before: that costs far less than a key for each.
 */
export class PlaceMap<V> {
  #buckets: number[] = [];
  #resolutions: number[] = [];
  #values: V[] = [];
  /** The positions of places in the lists, once these are out of order. */
  #positions: Positions | undefined;

  get({ bucket, resolution }: Place): V | undefined {
    const at = this.#find(bucket, resolution);
    return at < 0 ? undefined : this.#values[at];
  }

  set({ bucket, resolution }: Place, value: V): void {
    const found = this.#find(bucket, resolution);
    if (found >= 0) {
      this.#values[found] = value;
      return;
    }
    const at = this.#values.length;
    if (at === 0) {
      // Many maps hold one place. Lists of that size take far less memory than lists that grow.
      this.#buckets = [bucket];
      this.#resolutions = [resolution];
      this.#values = [value];
      return;
    }
    if (this.#compare(at - 1, bucket, resolution) > 0) this.#positions ??= this.#listed();
    this.#positions?.set(bucket, resolution, at);
    this.#buckets.push(bucket);
    this.#resolutions.push(resolution);
    this.#values.push(value);
  }

  /** The values, in the order in which their places came. */
  values(): readonly V[] {
    return this.#values;
  }

  /** The position of a place in the lists; less than 0 if it is not there. */
  #find(bucket: number, resolution: number): number {
    if (this.#positions !== undefined) return this.#positions.get(bucket, resolution) ?? -1;
    let [low, high] = [0, this.#values.length - 1];
    for (let at = high; low <= high; at = (low + high) >> 1) {
      const order = this.#compare(at, bucket, resolution);
      if (order === 0) return at;
      if (order < 0) low = at + 1;
      else high = at - 1;
    }
    return -1;
  }

  #compare(at: number, bucket: number, resolution: number): number {
    return (this.#buckets[at] ?? 0) - bucket || (this.#resolutions[at] ?? 0) - resolution;
  }

  #listed(): Positions {
    const positions = new Positions();
    for (const [at, bucket] of this.#buckets.entries()) positions.set(bucket, this.#resolutions[at] ?? 0, at);
    return positions;
  }
}

/** Numbers are its keys, which costs less than a string for each place. */
class Positions {
  readonly #coarse = new Map<number, number>();
  readonly #fine = new Map<number, Map<number, number>>();

  get(bucket: number, resolution: number): number | undefined {
    return resolution === 0 ? this.#coarse.get(bucket) : this.#fine.get(bucket)?.get(resolution);
  }

  set(bucket: number, resolution: number, position: number): void {
    if (resolution === 0) {
      this.#coarse.set(bucket, position);
      return;
    }
    const found = this.#fine.get(bucket);
    if (found === undefined) this.#fine.set(bucket, new Map([[resolution, position]]));
    else found.set(resolution, position);
  }
}
