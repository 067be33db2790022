/** Messages of a command besides its output. They go to stderr, so you can pipe the output. */
export class Notes {
  readonly #quiet: boolean;

  constructor({ quiet = false }: { readonly quiet?: boolean | undefined }) {
    this.#quiet = quiet;
  }

  get quiet(): boolean {
    return this.#quiet;
  }

  say(line: string): void {
    if (!this.#quiet) process.stderr.write(`${line}\n`);
  }

  /** Whether a line can be overwritten. */
  get live(): boolean {
    return !this.#quiet && process.stderr.isTTY === true;
  }
}
