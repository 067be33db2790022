/** What rows hold under buckets, to be gone through in ascending order. */
export class Gathered<D> {
  readonly #byBucket = new Map<number, D>();
  #last = Number.NEGATIVE_INFINITY;
  #ascends = true;

  get(bucket: number): D | undefined {
    return this.#byBucket.get(bucket);
  }

  set(bucket: number, data: D): void {
    if (bucket < this.#last) this.#ascends = false;
    this.#last = bucket;
    this.#byBucket.set(bucket, data);
  }

  *[Symbol.iterator](): Generator<readonly [bucket: number, data: D]> {
    if (this.#ascends) {
      yield* this.#byBucket;
      return;
    }
    for (const bucket of Float64Array.from(this.#byBucket.keys()).sort()) {
      const data = this.#byBucket.get(bucket);
      if (data !== undefined) yield [bucket, data];
    }
  }
}
