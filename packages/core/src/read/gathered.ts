/**
 * The data of rows by bucket. Most stores return buckets in ascending order, and most reads ask in that
 * order, so it never has to search.
 */
export class Gathered<D> {
  readonly #buckets: number[] = [];
  readonly #data: D[] = [];
  /** The position of the bucket last asked for, or the one after it. */
  #place = 0;
  /** Replaces the arrays as soon as a bucket comes out of order. */
  #unordered: Map<number, D> | null = null;

  get(bucket: number): D | undefined {
    if (this.#unordered !== null) return this.#unordered.get(bucket);
    const buckets = this.#buckets;
    let place = this.#place;
    if (place > 0 && (buckets[place - 1] ?? bucket) >= bucket) place = this.#search(bucket);
    while ((buckets[place] ?? bucket) < bucket) place++;
    this.#place = place;
    return buckets[place] === bucket ? this.#data[place] : undefined;
  }

  set(bucket: number, data: D): void {
    if (this.#unordered === null) {
      const last = this.#buckets.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (bucket > last) {
        this.#buckets.push(bucket);
        this.#data.push(data);
        return;
      }
      this.#unordered = new Map(this.#entries());
    }
    this.#unordered.set(bucket, data);
  }

  *[Symbol.iterator](): Generator<readonly [bucket: number, data: D]> {
    if (this.#unordered === null) {
      yield* this.#entries();
      return;
    }
    for (const bucket of Float64Array.from(this.#unordered.keys()).sort()) {
      const data = this.#unordered.get(bucket);
      if (data !== undefined) yield [bucket, data];
    }
  }

  *#entries(): Generator<readonly [bucket: number, data: D]> {
    for (const [place, bucket] of this.#buckets.entries()) {
      const data = this.#data[place];
      if (data !== undefined) yield [bucket, data];
    }
  }

  /** The place of the first bucket at or after the given one. */
  #search(bucket: number): number {
    let [low, high] = [0, this.#place];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#buckets[middle] ?? bucket) < bucket) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
