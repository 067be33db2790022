import type { WriteStream } from 'node:tty';

/** Where a frame is drawn over the last one. */
export class Screen {
  readonly #stream: Pick<WriteStream, 'write'>;
  #lines = 0;

  constructor(stream: Pick<WriteStream, 'write'>) {
    this.#stream = stream;
  }

  draw(frame: string): void {
    const back = this.#lines === 0 ? '' : `\x1b[${this.#lines}A\r\x1b[J`;
    this.#stream.write(`${back}${frame}\n`);
    this.#lines = frame.split('\n').length;
  }
}
