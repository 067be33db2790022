import { createHash } from 'node:crypto';

/** A Lua script of the server. */
export class Script {
  readonly sha: string;
  /** The connections on which the text of the script was sent. */
  readonly #known = new WeakSet<object>();

  constructor(
    readonly lua: string,
    /** Whether it never writes, so that a replica may run it. */
    readonly readOnly: boolean,
  ) {
    this.sha = createHash('sha1').update(lua).digest('hex');
  }

  /** Whether the next call on a connection must include the text. */
  needsText(socket: object): boolean {
    if (this.#known.has(socket)) return false;
    this.#known.add(socket);
    return true;
  }

  forget(socket: object): void {
    this.#known.delete(socket);
  }
}
