import { CompiledQuery, type Kysely } from 'kysely';
import type { SqlTables } from '../fetch.js';

/** How often a watch checks while calls are pending. */
const TICK_MILLISECONDS = 250;

/** The time limits of a watch, in seconds. */
export interface Patience {
  /** How long the server may be silent before the watch probes it. */
  readonly silence: number;
  /** How long the probe may take. */
  readonly answer: number;
  /** How long a statement may take if the server answers the probe. */
  readonly longest: number;
}

export const PATIENCE: Patience = { silence: 15, answer: 5, longest: 600 };

/** For a Kysely. The probe needs one of its connections, and all of them may be busy for long. */
const PATIENCE_OF_KYSELY: Patience = { silence: 50, answer: 10, longest: 600 };

/**
 * Watches whole calls on the user's Kysely. A transaction has a single connection, so there is none left to
 * probe on.
 */
export function watchOf(kysely: Kysely<SqlTables>): Watch {
  const ask = () => kysely.executeQuery(CompiledQuery.raw('select 1'));
  return new Watch(kysely.isTransaction ? undefined : ask, PATIENCE_OF_KYSELY);
}

interface Wait {
  ticks: number;
  giveUp(error: Error): void;
}

/**
 * Gives up calls that the server does not answer. A statement may take long, so silence alone is no reason.
 * After some silence, the watch sends the server a short query on another connection. If that gets no answer
 * either, the watch gives up the pending calls.
 *
 * Time is counted in ticks of the event loop. If the loop blocks or the machine sleeps, ticks are missed, so
 * answers that arrived meanwhile do not count as silence.
 *
 * @example
 * ```ts
 * const watch = new Watch(async () => { await another.query('select 1'); });
 * const rows = await watch.guard(client.query(statement), () => client.destroy());
 * ```
 */
export class Watch {
  readonly #probe: (() => Promise<unknown>) | undefined;
  readonly #patience: Patience;
  readonly #waits = new Set<Wait>();
  #timer: NodeJS.Timeout | undefined;
  #quiet = 0;
  #question: { ticks: number } | undefined;

  /**
   * `probe` contacts the server on a separate connection, and resolves on any answer. Without a probe, only
   * `patience.longest` ends a wait.
   */
  constructor(probe?: () => Promise<unknown>, patience: Patience = PATIENCE) {
    this.#probe = probe;
    this.#patience = patience;
  }

  /**
   * Settles as the work does. If the server does not answer, it rejects and calls `abandon` to end the work.
   */
  guard<R>(work: Promise<R>, abandon: () => void): Promise<R> {
    return new Promise((resolve, reject) => {
      const wait: Wait = {
        ticks: 0,
        giveUp: (error) => {
          this.#waits.delete(wait);
          reject(error);
          abandon();
        },
      };
      this.#add(wait);
      work.then(
        (result) => {
          this.#waits.delete(wait);
          resolve(result);
        },
        (error: unknown) => {
          this.#waits.delete(wait);
          reject(error);
        },
      );
    });
  }

  /** Notes a sign of life from the server, for all waiting calls. */
  heard(): void {
    this.#quiet = 0;
  }

  /** Gives up all pending calls. */
  cut(reason: string): void {
    this.#giveUp(reason, 0);
  }

  #add(wait: Wait): void {
    if (this.#waits.size === 0) this.#quiet = 0;
    this.#waits.add(wait);
    // Open sockets keep the process alive; the watch alone does not.
    this.#timer ??= setInterval(() => this.#tick(), TICK_MILLISECONDS).unref();
  }

  #tick(): void {
    if (this.#waits.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#quiet++;
    for (const wait of this.#waits) wait.ticks++;
    const { silence, answer, longest } = this.#patience;
    this.#giveUp(`The server has not answered for ${longest} s`, ticksOf(longest));
    if (this.#probe === undefined) return;
    if (this.#question !== undefined) {
      if (++this.#question.ticks >= ticksOf(answer)) this.#unanswered(this.#question);
    } else if (this.#quiet >= ticksOf(silence) && this.#oldest() >= ticksOf(silence)) {
      this.#ask(this.#probe);
    }
  }

  #oldest(): number {
    return Math.max(0, ...[...this.#waits].map(({ ticks }) => ticks));
  }

  #ask(probe: () => Promise<unknown>): void {
    const question = { ticks: 0 };
    this.#question = question;
    probe().then(
      () => {
        if (this.#question !== question) return;
        this.#question = undefined;
        this.heard();
      },
      () => this.#unanswered(question),
    );
  }

  #unanswered(question: object): void {
    if (this.#question !== question) return;
    this.#question = undefined;
    const { silence, answer } = this.#patience;
    this.#giveUp(
      `The server has not answered for ${silence} s, nor to a question within ${answer} s`,
      ticksOf(silence),
    );
  }

  #giveUp(message: string, least: number): void {
    for (const wait of [...this.#waits]) if (wait.ticks >= least) wait.giveUp(new Error(message));
  }
}

function ticksOf(seconds: number): number {
  return Math.ceil((seconds * 1000) / TICK_MILLISECONDS);
}
