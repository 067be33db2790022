import type { Value } from '@kairos/core';
import { Lanes } from './lanes.js';
import { type Log, quoted } from './log.js';
import type { Route, Router } from './router.js';
import type { Kind } from './rules.js';
import { emptyTally, sumOf, type Tally } from './tally.js';

/** Senders that can wait are paused when this many lines are queued for a store that accepts lines, … */
const HIGH_WATER = 50_000;
/** … and resumed when only this many are left. */
const LOW_WATER = 25_000;

export interface IntakeParts {
  /** The name of its listener. */
  readonly title: string;
  readonly router: Router;
  /** Maximum number of queued lines while a store accepts none. */
  readonly keep: number;
  /** Whether its senders can be paused. If so, no line is dropped as long as the store accepts lines. */
  readonly canWait: boolean;
  readonly log: Log;
}

/** Passes the lines of one listener to their timeseries, and limits how many are queued. */
export class Intake {
  readonly #parts: IntakeParts;
  #router: Router;
  readonly #lanes = new Map<Route['served'], Lanes>();
  readonly #ended: Tally = emptyTally();
  #unmatched = 0;
  #waitingForRoom: (() => void)[] = [];

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#router = parts.router;
  }

  /** Lines that no rule matched. */
  get unmatched(): number {
    return this.#unmatched;
  }

  get tally(): Tally {
    return sumOf([this.#ended, ...[...this.#lanes.values()].map(({ tally }) => tally)]);
  }

  /** Counts of the lines of one timeseries, by fate. */
  tallyOf(served: Route['served']): Readonly<Tally> | undefined {
    return this.#lanes.get(served)?.tally;
  }

  /** The error of a store that accepts nothing. */
  awayOf(served: Route['served']): Error | undefined {
    return this.#lanes.get(served)?.away;
  }

  /**
   * Whether senders that can wait should pause. They do not pause for an unreachable store: its lines are
   * queued up to the limit, then dropped.
   */
  get isFull(): boolean {
    return this.#moving >= Math.min(HIGH_WATER, this.#parts.keep / 2);
  }

  /** Accepts a line: a value of a path at a Unix second. It may stand for several equal measurements. */
  add(kind: Kind, path: string, second: number, value: Value, occurrences = 1): void {
    const routes = this.#router.routesOf(path, kind);
    if (routes.length === 0) this.#unmatched++;
    for (const { served, name } of routes) {
      const lanes = this.#lanesOf(served);
      if (this.#isBeyond(lanes)) {
        lanes.drop();
        this.#sayDropped();
      } else lanes.add(second, name, served.valueOf(value), occurrences);
    }
  }

  /** Calls back once, when there is room again. */
  onRoom(callback: () => void): void {
    this.#waitingForRoom.push(callback);
  }

  /** Applies another configuration to all later lines. */
  route(router: Router): void {
    this.#router = router;
  }

  /** Resolves when no line is queued for a timeseries any more, or when the signal aborts. */
  async release(served: Route['served'], signal: AbortSignal): Promise<void> {
    const lanes = this.#lanes.get(served);
    if (lanes === undefined) return;
    await lanes.drain(signal);
    this.#lanes.delete(served);
    Object.assign(this.#ended, sumOf([this.#ended, lanes.tally]));
  }

  /** Number of lines queued for stores that accept lines. */
  get #moving(): number {
    let moving = 0;
    for (const { waiting, away } of this.#lanes.values()) if (away === undefined) moving += waiting;
    return moving;
  }

  /** Number of lines queued for stores that accept none. */
  get #held(): number {
    let held = 0;
    for (const { waiting, away } of this.#lanes.values()) if (away !== undefined) held += waiting;
    return held;
  }

  #isBeyond({ away }: Lanes): boolean {
    const { keep, canWait } = this.#parts;
    if (away !== undefined) return this.#held >= keep;
    return !canWait && this.#moving >= keep;
  }

  #sayDropped(): void {
    const { title, keep, log } = this.#parts;
    log.now(`${title} dropped`, `${title}: ${keep} lines wait for the store; what comes now is dropped`);
  }

  #lanesOf(served: Route['served']): Lanes {
    const found = this.#lanes.get(served);
    if (found !== undefined) return found;
    const { title, log } = this.#parts;
    const about = `${title}: timeseries ${quoted(served.name)}`;
    const made = new Lanes(served.sink, {
      settled: () => this.#settled(),
      failed: ({ message }, waiting) =>
        log.now(`${about} failed`, `${about} takes nothing, ${waiting} lines wait: ${message}`),
      recovered: (waiting) => {
        log.settle(`${about} failed`);
        log.say(`${about} takes lines again, ${waiting} wait`);
      },
      refused: ({ message }, lines) =>
        log.now(`${about} refused`, `${about} refuses a line: ${message}`, lines),
      unknown: ({ message }, lines) =>
        log.now(`${about} unknown`, `${about} did not tell whether ${lines} lines are stored: ${message}`),
    });
    this.#lanes.set(served, made);
    return made;
  }

  #settled(): void {
    if (this.#waitingForRoom.length === 0 || this.#moving > Math.min(LOW_WATER, this.#parts.keep / 4)) return;
    const callbacks = this.#waitingForRoom;
    this.#waitingForRoom = [];
    for (const callback of callbacks) callback();
  }
}
