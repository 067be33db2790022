const NEWLINE = 0x0a;

/** Splits a byte stream into lines of UTF-8, regardless of packet boundaries. */
export class LineSplitter {
  /** Number of lines that were skipped because they exceeded the limit. */
  overlong = 0;
  readonly #limit: number;
  #rest: Buffer[] = [];
  #held = 0;
  #skipping = false;

  /** `limit`: maximum length of a line, in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns the lines that end in a chunk, without their newlines. */
  push(chunk: Buffer): string[] {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#hold(chunk);
      return [];
    }
    const first = this.#skipping ? chunk.indexOf(NEWLINE) + 1 : 0;
    const whole = chunk.subarray(first, Math.max(first, last + 1));
    const held = this.#held > 0 ? Buffer.concat([...this.#rest, whole]) : whole;
    this.#rest = [];
    this.#held = 0;
    this.#skipping = false;
    if (last + 1 < chunk.length) this.#hold(chunk.subarray(last + 1));
    return this.#linesOf(held);
  }

  /** Returns the text after the last newline, at the end of the stream. `undefined` if there is none. */
  end(): string | undefined {
    const rest = this.#held > 0 ? Buffer.concat(this.#rest).toString('utf8') : undefined;
    this.#rest = [];
    this.#held = 0;
    return rest;
  }

  #linesOf(whole: Buffer): string[] {
    if (whole.length === 0) return [];
    const lines = whole.toString('utf8', 0, whole.length - 1).split('\n');
    // Each UTF-16 unit takes at most three bytes, so lines this short cannot exceed the limit.
    const short = Math.floor(this.#limit / 3);
    if (lines.every(({ length }) => length <= short)) return lines;
    const fitting = lines.filter((line) => Buffer.byteLength(line) <= this.#limit);
    this.overlong += lines.length - fitting.length;
    return fitting;
  }

  /** Keeps the beginning of a line, unless it is already too long. */
  #hold(part: Buffer): void {
    if (this.#skipping) return;
    this.#held += part.length;
    if (this.#held <= this.#limit) {
      // Copies the part: the chunk may be much larger, and its buffer may be reused.
      this.#rest.push(Buffer.from(part));
      return;
    }
    this.overlong++;
    this.#skipping = true;
    this.#rest = [];
    this.#held = 0;
  }
}
