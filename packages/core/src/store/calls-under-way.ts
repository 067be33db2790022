/** Counts calls in progress, so that `close` can wait for them. */
export class CallsUnderWay {
  #count = 0;
  #waiting: (() => void)[] = [];

  async count<R>(call: () => Promise<R>): Promise<R> {
    this.#count++;
    try {
      return await call();
    } finally {
      this.#count--;
      if (this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when no call is in progress. */
  async ended(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
