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
 * Sends scripts over a client. Scripts of one turn of the event loop go out in one write. If a call gets no
 * answer within the time limit, the sender gives it up, whatever the client's options say, and does not send
 * it later.
 */
export class Sender {
  readonly client: Client;
  /** Milliseconds. */
  readonly #patience: number;
  /** The commands in flight, and when to give up on each. */
  readonly #waiting = new Map<ScriptCommand, number>();
  readonly #onSilence: () => void;
  #lastAnswer = 0;
  #watch: NodeJS.Timeout | undefined;
  #corked: Corked[] | null = null;

  private constructor(client: Client, patience: number, onSilence: () => void) {
    this.client = client;
    this.#patience = patience;
    this.#onSilence = onSilence;
    // Otherwise the timer would keep a closed client in memory until it fires.
    client.on('end', () => this.#rest());
    if (isCluster(client)) return;
    // Otherwise the client's options decide whether and when an interrupted command fails.
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

  /** Sends a call. Never rejects. */
  async send(call: Call): Promise<Outcome> {
    const until = performance.now() + this.#patience;
    let outcome = await this.#attempt(call, until);
    // The script cache was flushed. The next attempt includes the text.
    for (let again = 0; again < 3 && isNoScript(outcome); again++) outcome = await this.#attempt(call, until);
    return outcome;
  }

  /** Sends a call, and rejects if there is no reply. */
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

  /** Waits for work that sends its own commands, for as long as the server answers `probe`. */
  async patientlyFor<R>(work: Promise<R>, probe: () => Promise<unknown>): Promise<R> {
    while (!(await settlesWithin(this.#patience, work))) await this.answerOf(probe());
    return work;
  }

  #noAnswer(): StorageError {
    return new StorageError(`Redis did not answer within ${this.#patience} ms`);
  }

  /** Collects everything written to the client in this turn of the event loop, and writes it at once. */
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

  /** One timer for all commands: gives up the overdue ones, and sets itself for the next one. */
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
    // A process that was busy or asleep first reads the replies that arrived meanwhile.
    const afterReading = () => setImmediate(look);
    // The next may be due by now, and Node warns about a negative time.
    return setTimeout(afterReading, Math.max(0, Math.ceil(time - performance.now()))).unref();
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
