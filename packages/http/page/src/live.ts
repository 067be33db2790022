const LEAST_SECONDS = 2;
const MOST_SECONDS = 30;

/** How often to look for news of buckets of a length. */
export function refreshSeconds(bucketSeconds: number): number {
  return Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, bucketSeconds / 20));
}

/**
 * Does work again and again: after as many seconds as it resolves to, or ten times as long as it took, whichever is
 * longer. It waits while nobody sees the page, and ends where the work resolves to nothing.
 */
export class Repeater {
  readonly #work: () => Promise<number | undefined>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;

  constructor(work: () => Promise<number | undefined>) {
    this.#work = work;
  }

  /** Begins at once, in place of what is under way. */
  start(): void {
    this.stop();
    void this.#repeat(this.#run);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#run++;
  }

  async #repeat(run: number): Promise<void> {
    const started = performance.now();
    const seconds = await this.#work();
    if (seconds === undefined || run !== this.#run) return;
    const wait = Math.max(seconds * 1000, (performance.now() - started) * 10);
    this.#timer = setTimeout(() => void this.#whenSeen(run), wait);
  }

  async #whenSeen(run: number): Promise<void> {
    if (document.hidden) {
      await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
    }
    if (run === this.#run) await this.#repeat(run);
  }
}
