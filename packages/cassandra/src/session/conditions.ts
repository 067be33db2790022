import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'cassandra-driver';
import { codeOf } from './fate.js';
import type { Session } from './session.js';

const ATTEMPTS = 30;
const INSIST_MILLISECONDS = 60_000;

/** Statements with a condition: lightweight transactions, of which one at a time is settled. */
export class Conditions {
  readonly #session: Session;
  readonly serial: types.consistencies;

  constructor(session: Session) {
    this.#session = session;
    this.serial = serialOf(session.writeConsistency);
  }

  /** Whether the statement was applied, and the row as it was where it was not. */
  async apply(query: string, params: readonly unknown[]) {
    const result = await this.#session.execute(query, params, {
      prepare: true,
      isIdempotent: false,
      consistency: this.#session.writeConsistency,
      serialConsistency: this.serial,
    });
    return { applied: result.wasApplied(), row: result.first() };
  }
}

/** Where writes are settled in the local data center, conditions are too. */
function serialOf(writeConsistency: types.consistencies): types.consistencies {
  const { localQuorum, localOne, localSerial, serial } = types.consistencies;
  return writeConsistency === localQuorum || writeConsistency === localOne ? localSerial : serial;
}

/** Tries again where the nodes were too busy with one another: conditions make that safe. */
export async function insist<R>(work: () => Promise<R>): Promise<R> {
  const deadline = performance.now() + INSIST_MILLISECONDS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isContention(error) || performance.now() > deadline) throw error;
      await sleep(Math.random() * 50 * attempt);
    }
  }
}

const CAS_WRITE_UNKNOWN = 0x1700;

function isContention(error: unknown): boolean {
  const code = codeOf(error);
  const { writeTimeout, readTimeout } = types.responseErrorCodes;
  return code === writeTimeout || code === readTimeout || code === CAS_WRITE_UNKNOWN;
}
