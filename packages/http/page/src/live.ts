const LEAST_SECONDS = 2;
const MOST_SECONDS = 30;

/** How often to refresh a chart of buckets of this length. */
export function refreshSeconds(bucketSeconds: number): number {
  return Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, bucketSeconds / 20));
}

/**
 * Repeats work: after the number of seconds that it resolves to, or ten times as long as it took, whichever is longer.
 * It pauses while the page is hidden, and ends if the work resolves to `undefined`.
 */
export class Repeater {
  readonly #work: () => Promise<number | undefined>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;

  constructor(work: () => Promise<number | undefined>) {
    this.#work = work;
  }

  /** Starts at once, in place of the work in progress. */
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
