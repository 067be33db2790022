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

  /** Resolves when there are none, or after so many milliseconds; no more may be begun but within those that are. */
  async ended(limit: number): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limit);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
