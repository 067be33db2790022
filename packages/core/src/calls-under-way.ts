/** Counts calls, so that one may wait until none is under way. */
export class CallsUnderWay {
  #count = 0;
  #end: (() => void) | undefined;

  async count<R>(call: () => Promise<R>): Promise<R> {
    this.#count++;
    try {
      return await call();
    } finally {
      if (--this.#count === 0) this.#end?.();
    }
  }

  /** Resolves when there are none; no more may be begun from now on but within those that are. */
  async ended(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#end = resolve));
  }
}
