import { Batch, type BatchParts, namesOf, type Refused, type Send } from './batch.js';

/** After this many refusals in a row with nothing stored, refused parts are not divided further. */
const REFUSALS = 256;
const REFUSALS_OF_NAME = 16;

/** After this many refusals in a row, it checks whether the store still answers. */
const REFUSALS_TO_PROBE = 8;

export interface ResendingParts extends BatchParts {
  readonly send: Send;
  /** Resolves if the store answers. */
  readonly probe: () => Promise<unknown>;
}

/**
 * Resends the calls of a refused write in halves, until only calls that fail on their own are left. It first
 * checks that the store answers, so that a dead server does not get a request for each call.
 */
export class Resending {
  readonly #parts: ResendingParts;
  readonly #ofName = new Map<string, number>();
  #onEnd = 0;
  #gone = false;

  constructor(parts: ResendingParts) {
    this.#parts = parts;
  }

  async resend(refused: readonly Refused[]): Promise<void> {
    await this.#probe();
    await this.#halves(sorted(refused));
  }

  async #halves(refused: readonly Refused[]): Promise<void> {
    const half = Math.ceil(refused.length / 2);
    await this.#part(refused.slice(0, half));
    await this.#part(refused.slice(half));
  }

  async #part(refused: readonly Refused[]): Promise<void> {
    let start = 0;
    while (start < refused.length) {
      const batch = new Batch(this.#parts);
      let end = start;
      for (let next = refused[end]; next !== undefined && batch.add(next); next = refused[++end]);
      await this.#try(batch, refused.slice(start, end));
      start = end;
    }
  }

  async #try(batch: Batch, calls: readonly Refused[]): Promise<void> {
    if (this.#onEnd > 0 && this.#onEnd % REFUSALS_TO_PROBE === 0) await this.#probe();
    if (this.#gone) return tellAll(calls);
    const again = await batch.send(this.#parts.send);
    const names = new Set(calls.flatMap(({ writes }) => [...namesOf(writes)]));
    const [name] = names;
    const only = names.size === 1 ? name : undefined;
    if (again.length === 0 && calls.length > 0) {
      this.#onEnd = 0;
      return;
    }
    this.#onEnd = again.length === calls.length ? this.#onEnd + 1 : 0;
    if (only !== undefined && calls.length === 1) this.#ofName.set(only, (this.#ofName.get(only) ?? 0) + 1);
    if (calls.length === 1 || this.#isHopeless(only)) tellAll(again);
    else if (again.length === calls.length) await this.#halves(again);
    else await this.#part(again);
  }

  #isHopeless(only: string | undefined): boolean {
    return (
      this.#onEnd >= REFUSALS || (only !== undefined && (this.#ofName.get(only) ?? 0) >= REFUSALS_OF_NAME)
    );
  }

  async #probe(): Promise<void> {
    if (this.#gone) return;
    await this.#parts.probe().catch(() => {
      this.#gone = true;
    });
  }
}

function tellAll(refused: readonly Refused[]): void {
  for (const { tell } of refused) tell();
}

/** Puts the calls of a name next to each other, in their order. No call overtakes an earlier one over several names. */
function sorted(refused: readonly Refused[]): Refused[] {
  const order: Refused[] = [];
  let run = new Map<string, Refused[]>();
  const endRun = () => {
    for (const calls of run.values()) order.push(...calls);
    run = new Map();
  };
  for (const each of refused) {
    const [name = '', ...others] = namesOf(each.writes);
    if (others.length > 0) {
      endRun();
      order.push(each);
      continue;
    }
    const calls = run.get(name);
    if (calls === undefined) run.set(name, [each]);
    else calls.push(each);
  }
  endRun();
  return order;
}
