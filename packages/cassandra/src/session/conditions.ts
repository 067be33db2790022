import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'cassandra-driver';
import { codeOf } from './fate.js';
import type { Session } from './session.js';

const ATTEMPTS = 30;
const INSIST_MILLISECONDS = 60_000;

/** Runs statements with a condition: lightweight transactions, which Cassandra settles one at a time. */
export class Conditions {
  readonly #session: Session;
  readonly serial: types.consistencies;

  constructor(session: Session) {
    this.#session = session;
    this.serial = serialOf(session.writeConsistency);
  }

  /** Returns whether the statement was applied and, if not, the existing row. */
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

/** If writes need only the local data center, so do conditions. */
function serialOf(writeConsistency: types.consistencies): types.consistencies {
  const { localQuorum, localOne, localSerial, serial } = types.consistencies;
  return writeConsistency === localQuorum || writeConsistency === localOne ? localSerial : serial;
}

/** Retries while nodes compete for the same row. Conditions make that safe. */
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
