/**
 * A writer's record of its calls and their results. It writes each line before it makes the call, or right
 * after the call has ended. So if a writer is killed, the calls without an end are `unknown`.
 */
import { openSync, readFileSync, writeSync } from 'node:fs';

export class Ledger {
  #file;
  #calls = 0;

  constructor(path) {
    this.#file = openSync(path, 'a');
  }

  /**
   * Notes that one call is about to insert these events. `way` names the way of inserting. Returns the number
   * of the call.
   */
  begin(type, way, events) {
    const call = this.#calls++;
    this.#write({ call, type, way, events });
    return call;
  }

  /**
   * `failed` and `unknown` are ids; `applied` lists which of these are stored in some intervals all the same.
   */
  end(call, { failed = [], unknown = [], applied = [] } = {}) {
    this.#write({ end: call, failed, unknown, applied });
  }

  /** Notes something that no call should ever do. */
  odd(message) {
    this.#write({ odd: message });
  }

  #write(line) {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/**
 * Reads the ledger of a writer. Returns its events with `type`, the `call` and its `way`, `fate`
 * (`acknowledged`, `failed` or `unknown`) and `applied` (for an `unknown` event, the intervals in which it is
 * stored).
 */
export function readLedger(path) {
  const calls = new Map();
  const ledger = { events: [], odd: [], unsettled: 0 };
  // If the writer was killed, the last line may be cut off.
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  for (const line of lines) {
    const { call, type, way, events, end, failed, unknown, applied, odd } = JSON.parse(line);
    if (odd !== undefined) ledger.odd.push(odd);
    else if (end === undefined)
      calls.set(
        call,
        events.map((event) => ({ ...event, type, call, way, fate: 'unknown' })),
      );
    else {
      const fates = new Map([...failed.map((id) => [id, 'failed']), ...unknown.map((id) => [id, 'unknown'])]);
      const stored = new Map(applied);
      for (const event of calls.get(end)) {
        event.fate = fates.get(event.id) ?? 'acknowledged';
        event.applied = stored.get(event.id);
      }
      ledger.events.push(...calls.get(end));
      calls.delete(end);
    }
  }
  ledger.unsettled = calls.size;
  for (const events of calls.values()) ledger.events.push(...events);
  return ledger;
}

/** The fate of an event in one interval. */
export function fateIn({ fate, applied }, interval) {
  return applied?.includes(interval) ? 'acknowledged' : fate;
}
