/** Minimum pause between two messages of one kind, in milliseconds. */
const EVERY = 10_000;

interface Repeated {
  readonly timer: NodeJS.Timeout;
  /** Number of messages since the last one that was written. */
  left: number;
  last: string;
}

/**
 * The log of a server, on stderr. Frequent messages are written only from time to time, with their number.
 */
export class Log {
  readonly #write: (line: string) => void;
  readonly #every: number;
  readonly #repeated = new Map<string, Repeated>();

  constructor(write: (line: string) => void, every = EVERY) {
    this.#write = write;
    this.#every = every;
  }

  say(line: string): void {
    this.#write(line);
  }

  /**
   * Writes a message at once, then suppresses its kind for a while. Suppressed messages are counted, and the
   * last one is written.
   */
  now(kind: string, line: string, count = 1): void {
    const repeated = this.#repeated.get(kind);
    if (repeated !== undefined) {
      repeated.left += count;
      repeated.last = line;
      return;
    }
    this.#write(times(line, count));
    const timer = setTimeout(() => this.#again(kind), this.#every);
    timer.unref();
    this.#repeated.set(kind, { timer, left: 0, last: '' });
  }

  /** Discards what is suppressed of a kind, because it no longer holds. */
  settle(kind: string): void {
    clearTimeout(this.#repeated.get(kind)?.timer);
    this.#repeated.delete(kind);
  }

  /** Writes the suppressed messages. */
  end(): void {
    for (const [kind, { left, last }] of [...this.#repeated]) {
      this.settle(kind);
      if (left > 0) this.#write(times(last, left));
    }
  }

  #again(kind: string): void {
    const { left, last } = this.#repeated.get(kind) ?? { left: 0, last: '' };
    this.#repeated.delete(kind);
    if (left > 0) this.now(kind, last, left);
  }
}

function times(line: string, count: number): string {
  return count === 1 ? line : `${line} (${count} times)`;
}

/** Prepares foreign text for the log: quoted and shortened. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
