import { isError } from '@kairos/core';
import { Command } from 'ioredis';
import type { Script } from './script.js';

/** Replaces a withdrawn command on a connection that awaits a reply. */
const PING = '*1\r\n$4\r\nPING\r\n';

export function isReplyError(error: unknown): error is Error {
  return isError(error) && error.name === 'ReplyError';
}

/**
 * A script call that is sent at most once. After a lost connection, ioredis resends commands although the
 * server may have run them, so a count would be added twice. After an error reply (such as a redirection in a
 * cluster) nothing was run, so it may be sent again.
 */
export class ScriptCommand extends Command {
  readonly #script: Script;
  #unanswered = false;
  #withdrawn = false;

  constructor(
    script: Script,
    keys: readonly string[],
    args: readonly string[],
    keyPrefix: string | undefined,
  ) {
    super('evalsha', [script.sha, String(keys.length), ...keys, ...args], {
      replyEncoding: 'utf8',
      readOnly: script.readOnly,
      ...(keyPrefix === undefined ? {} : { keyPrefix }),
    });
    this.#script = script;
  }

  /** Whether it was sent and has no reply yet: the server may or may not have run it. */
  get unanswered(): boolean {
    return this.#unanswered;
  }

  /** Prevents it from being sent: after a timeout, the client keeps it and would send it later. */
  withdraw(): void {
    this.#withdrawn = true;
  }

  /** Gives up on a reply that can no longer come. */
  abandon(): void {
    this.giveUp(new Error('The connection was lost before the server answered'));
  }

  giveUp(error: Error): void {
    if (!this.isSettled) this.reject(error);
  }

  /**
   * ioredis 6 calls this to say how to map replies, but replies of scripts are not mapped. It is here because the base
   * class may be that of ioredis 5.
   */
  override setReplyContext(): void {}

  override toWritable(socket: object): string | Buffer {
    if (this.#withdrawn) return PING;
    if (this.#unanswered) {
      this.abandon();
      return PING;
    }
    const withText = this.#script.needsText(socket);
    this.name = withText ? 'eval' : 'evalsha';
    this.args[0] = withText ? this.#script.lua : this.#script.sha;
    const text = this.#written(socket);
    if (text === undefined) return PING;
    this.#unanswered = true;
    const { reject } = this;
    this.reject = (error) => {
      if (isReplyError(error)) {
        this.#unanswered = false;
        if (error.message.includes('NOSCRIPT')) this.#script.forget(socket);
      }
      reject.call(this, error);
    };
    return text;
  }

  /** Returns nothing if it cannot be serialized: ioredis may ask for it much later, and expects no error. */
  #written(socket: object): string | Buffer | undefined {
    try {
      return super.toWritable(socket);
    } catch (error) {
      this.#script.forget(socket);
      this.reject(isError(error) ? error : new Error(String(error)));
      return undefined;
    }
  }
}
