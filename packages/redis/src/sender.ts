import type { Loss } from '@kairos/core';
import type { Cluster, Redis } from 'ioredis';
import type { Script } from './script.js';
import { isReplyError, ScriptCommand } from './script-command.js';

export type Client = Redis | Cluster;

/** One call of a script. */
export interface Call {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

/** A reply, or why there is none: `failed` where the script surely did not run, `unknown` where it may have. */
export type Outcome = { readonly fate: 'done'; readonly reply: unknown } | Loss;

interface Corked {
  uncork(): void;
}

const senders = new WeakMap<Client, Sender>();

/** Sends scripts over a client. What is sent within one turn of the event loop goes out in one write. */
export class Sender {
  readonly #client: Client;
  readonly #unanswered = new Set<ScriptCommand>();
  #corked: Corked[] | null = null;

  private constructor(client: Client) {
    this.#client = client;
    if (isCluster(client)) return;
    // Without this, whether a command that was cut off fails, and when, depends on the options of the client.
    client.on('close', () => {
      for (const command of this.#unanswered) if (command.unanswered) command.abandon();
    });
  }

  /** One sender serves all timeseries of a client. */
  static of(client: Client): Sender {
    const sender = senders.get(client) ?? new Sender(client);
    senders.set(client, sender);
    return sender;
  }

  /** Never rejects. */
  async send(call: Call): Promise<Outcome> {
    let outcome = await this.#attempt(call);
    // A script cache that was flushed; its text goes along the next time.
    for (let again = 0; again < 3 && isNoScript(outcome); again++) outcome = await this.#attempt(call);
    return outcome;
  }

  /** Holds back what is written to the client until the end of this turn, so that it is written at once. */
  gather(): void {
    if (this.#corked !== null) return;
    const corked: Corked[] = [];
    this.#corked = corked;
    for (const { stream } of isCluster(this.#client) ? this.#client.nodes('master') : [this.#client]) {
      if (typeof stream?.cork !== 'function' || stream.destroyed) continue;
      stream.cork();
      corked.push(stream);
    }
    process.nextTick(() => {
      this.#corked = null;
      for (const stream of corked) stream.uncork();
    });
  }

  async #attempt({ script, keys, args }: Call): Promise<Outcome> {
    this.gather();
    const command = new ScriptCommand(script, keys, args, this.#client.options.keyPrefix);
    this.#unanswered.add(command);
    try {
      this.#client.sendCommand(command);
      return { fate: 'done', reply: await command.promise };
    } catch (error) {
      command.withdraw();
      return { fate: command.unanswered ? 'unknown' : 'failed', error };
    } finally {
      this.#unanswered.delete(command);
    }
  }
}

export function isCluster(client: Client): client is Cluster {
  return client.isCluster;
}

function isNoScript(outcome: Outcome): boolean {
  return (
    outcome.fate === 'failed' && isReplyError(outcome.error) && outcome.error.message.includes('NOSCRIPT')
  );
}
