import { createHash } from 'node:crypto';

/** A Lua script of the server. */
export class Script {
  readonly sha: string;
  /** The connections on which the server was given the text of the script. */
  readonly #known = new WeakSet<object>();

  constructor(
    readonly lua: string,
    /** Never writes, so that a replica may run it. */
    readonly readOnly: boolean,
  ) {
    this.sha = createHash('sha1').update(lua).digest('hex');
  }

  /** Whether the text goes along when the script is next sent on a connection. */
  needsText(socket: object): boolean {
    if (this.#known.has(socket)) return false;
    this.#known.add(socket);
    return true;
  }

  forget(socket: object): void {
    this.#known.delete(socket);
  }
}
