/**
 * What a writer was told of its calls. Each line is in the file before the call is made, or before anything else
 * happens once it has ended: of a writer that is killed, calls without an end are `unknown`.
 */
import { openSync, readFileSync, writeSync } from 'node:fs';

export class Ledger {
  #file;
  #calls = 0;

  constructor(path) {
    this.#file = openSync(path, 'a');
  }

  /** Notes that events are about to be inserted by one call, in some way; gives the number of the call. */
  begin(type, way, events) {
    const call = this.#calls++;
    this.#write({ call, type, way, events });
    return call;
  }

  /** `failed` and `unknown` are ids; `applied` says of which of these some intervals are stored all the same. */
  end(call, { failed = [], unknown = [], applied = [] } = {}) {
    this.#write({ end: call, failed, unknown, applied });
  }

  /** Something that no call should ever do. */
  odd(message) {
    this.#write({ odd: message });
  }

  #write(line) {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/**
 * Reads the ledger of a writer. Events are as they were made, with `type`, the `call` and its `way`, `fate` (`acknowledged`, `failed` or
 * `unknown`) and `applied` (the intervals that are stored of an `unknown` one).
 */
export function readLedger(path) {
  const calls = new Map();
  const ledger = { events: [], odd: [], unsettled: 0 };
  // The last line may be cut off where the writer was killed.
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

/** What became of an event in one interval. */
export function fateIn({ fate, applied }, interval) {
  return applied?.includes(interval) ? 'acknowledged' : fate;
}
