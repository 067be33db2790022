import type { Place } from '../time/interval.js';

/**
 * A map from the places of one interval. Data mostly arrives in the order of time, so places are kept in lists as long
 * as each new one is later than all before: that costs far less than a key for each.
 */
export class PlaceMap<V> {
  readonly #buckets: number[] = [];
  readonly #resolutions: number[] = [];
  readonly #values: V[] = [];
  /** Where each bucket and resolution is in the lists, once they are out of order. */
  #scattered: Map<number, Map<number, number>> | undefined;

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
    if (at > 0 && this.#compare(at - 1, bucket, resolution) > 0) this.#scattered ??= this.#places();
    if (this.#scattered !== undefined) note(this.#scattered, bucket, resolution, at);
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
    if (this.#scattered !== undefined) return this.#scattered.get(bucket)?.get(resolution) ?? -1;
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

  #places(): Map<number, Map<number, number>> {
    const places = new Map<number, Map<number, number>>();
    for (const [at, bucket] of this.#buckets.entries()) {
      note(places, bucket, this.#resolutions[at] ?? 0, at);
    }
    return places;
  }
}

function note(
  places: Map<number, Map<number, number>>,
  bucket: number,
  resolution: number,
  at: number,
): void {
  const found = places.get(bucket);
  if (found === undefined) places.set(bucket, new Map([[resolution, at]]));
  else found.set(resolution, at);
}
