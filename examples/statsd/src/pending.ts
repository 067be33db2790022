/** Values by second and name, in order of arrival: what a bulk insert takes. */
export type Batch<V> = Map<number, Map<string, V[]>>;

/** Values that wait to be written. */
export class Pending<V> {
  #batch: Batch<V> = new Map();
  #size = 0;

  /** How many values wait. */
  get size(): number {
    return this.#size;
  }

  add(second: number, name: string, values: readonly V[]): void {
    const named = this.#batch.get(second) ?? new Map<string, V[]>();
    this.#batch.set(second, named);
    const waiting = named.get(name);
    if (waiting === undefined) named.set(name, [...values]);
    else waiting.push(...values);
    this.#size += values.length;
  }

  /** Everything that waits, which does so no longer. */
  take(): Batch<V> {
    const taken = this.#batch;
    this.#batch = new Map();
    this.#size = 0;
    return taken;
  }

  /** Lets what was taken wait again, before what has arrived since, so that the last value of a gauge stays last. */
  putBack(batch: Batch<V>): void {
    const later = this.take();
    for (const part of [batch, later]) {
      for (const [second, named] of part) {
        for (const [name, values] of named) this.add(second, name, values);
      }
    }
  }
}

export function sizeOf(batch: Batch<unknown>): number {
  let size = 0;
  for (const named of batch.values()) {
    for (const values of named.values()) size += values.length;
  }
  return size;
}
