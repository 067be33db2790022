import { type Loss, StorageError, settlesWithin } from '@kairos/core';
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

/** A reply, or the reason why there is none: `failed` if the script certainly did not run, `unknown` if it may have. */
export type Outcome = { readonly fate: 'done'; readonly reply: unknown } | Loss;

interface Corked {
  uncork(): void;
}

const senders = new WeakMap<Client, Sender>();

/**
 * Sends scripts over a client. Scripts of one turn of the event loop go out in one write. A call without an answer
 * within the time limit is given up, whatever the client's options say, and is not sent later.
 */
export class Sender {
  readonly client: Client;
  /** Milliseconds. */
  readonly #patience: number;
  /** The commands that wait, and when each is given up. */
  readonly #waiting = new Map<ScriptCommand, number>();
  readonly #onSilence: () => void;
  #lastAnswer = 0;
  #watch: NodeJS.Timeout | undefined;
  #corked: Corked[] | null = null;

  private constructor(client: Client, patience: number, onSilence: () => void) {
    this.client = client;
    this.#patience = patience;
    this.#onSilence = onSilence;
    // The timer would hold a client that was closed until the patience is over.
    client.on('end', () => this.#rest());
    if (isCluster(client)) return;
    // Without this, whether a command that was cut off fails, and when, depends on the options of the client.
    client.on('close', () => {
      for (const command of this.#waiting.keys()) if (command.unanswered) command.abandon();
    });
  }

  /** One sender serves all timeseries of a client. */
  static of(client: Client, patience: number, onSilence: () => void): Sender {
    const sender = senders.get(client) ?? new Sender(client, patience, onSilence);
    senders.set(client, sender);
    return sender;
  }

  /** Never rejects. */
  async send(call: Call): Promise<Outcome> {
    const until = performance.now() + this.#patience;
    let outcome = await this.#attempt(call, until);
    // A script cache that was flushed; its text goes along the next time.
    for (let again = 0; again < 3 && isNoScript(outcome); again++) outcome = await this.#attempt(call, until);
    return outcome;
  }

  /** Sends a call, and rejects where there is no reply. */
  async ask(call: Call): Promise<unknown> {
    const outcome = await this.send(call);
    if (outcome.fate === 'done') return outcome.reply;
    throw outcome.error;
  }

  /** Waits for the reply of a command that only reads. */
  async answerOf<R>(reply: Promise<R>): Promise<R> {
    if (await settlesWithin(this.#patience, reply)) return reply;
    this.#onSilence();
    throw this.#noAnswer();
  }

  /** Waits for work that sends commands of its own, for as long as the server answers `probe`. */
  async patientlyFor<R>(work: Promise<R>, probe: () => Promise<unknown>): Promise<R> {
    while (!(await settlesWithin(this.#patience, work))) await this.answerOf(probe());
    return work;
  }

  #noAnswer(): StorageError {
    return new StorageError(`Redis did not answer within ${this.#patience} ms`);
  }

  /** Holds back what is written to the client until the end of this turn, so that it is written at once. */
  gather(): void {
    if (this.#corked !== null) return;
    const corked: Corked[] = [];
    this.#corked = corked;
    for (const { stream } of isCluster(this.client) ? this.client.nodes('master') : [this.client]) {
      if (typeof stream?.cork !== 'function' || stream.destroyed) continue;
      stream.cork();
      corked.push(stream);
    }
    process.nextTick(() => {
      this.#corked = null;
      for (const stream of corked) stream.uncork();
    });
  }

  async #attempt({ script, keys, args }: Call, until: number): Promise<Outcome> {
    this.gather();
    const command = new ScriptCommand(script, keys, args, this.client.options.keyPrefix);
    this.#waiting.set(command, until);
    this.#watch ??= this.#lookAt(until);
    try {
      this.client.sendCommand(command);
      const reply = await command.promise;
      this.#lastAnswer = performance.now();
      return { fate: 'done', reply };
    } catch (error) {
      command.withdraw();
      return { fate: command.unanswered ? 'unknown' : 'failed', error };
    } finally {
      this.#waiting.delete(command);
    }
  }

  #rest(): void {
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#watch);
    this.#watch = undefined;
  }

  /** One timer for all: the commands that waited too long are given up, and the next is set for the next of them. */
  #lookAt(time: number): NodeJS.Timeout {
    const look = () => {
      const now = performance.now();
      let next = Number.POSITIVE_INFINITY;
      let late = false;
      for (const [command, until] of this.#waiting) {
        late ||= until <= now;
        if (until <= now) command.giveUp(this.#noAnswer());
        else next = Math.min(next, until);
      }
      if (late && now - this.#lastAnswer >= this.#patience) this.#onSilence();
      this.#watch = next === Number.POSITIVE_INFINITY ? undefined : this.#lookAt(next);
    };
    // A process that was busy for long, or asleep, first reads what has come in the meantime.
    const afterReading = () => setImmediate(look);
    return setTimeout(afterReading, Math.ceil(time - performance.now())).unref();
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
