/** A stream of text, such as `process.stdout`. */
export interface Output {
  write(text: string): boolean;
  readonly isTTY?: boolean;
}

/** Draws each frame over the last one. */
export class Screen {
  readonly #stream: Output;
  #lines = 0;

  constructor(stream: Output) {
    this.#stream = stream;
  }

  draw(frame: string): void {
    const back = this.#lines === 0 ? '' : `\x1b[${this.#lines}A\r\x1b[J`;
    this.#stream.write(`${back}${frame}\n`);
    this.#lines = frame.split('\n').length;
  }
}
