import { type Loss, messageOf } from '@kairos/core';
import { type ClientSession, MongoErrorLabel } from 'mongodb';
import {
  type DriverError,
  isBuildError,
  isBulkWriteError,
  isConflict,
  isDriverError,
} from './driver-error.js';
import { AbandonedError } from './patience.js';

/** The meaning of an error for a batch that was sent as one command. */
export type BatchError =
  /** The server went through the batch, and reported on each update; the others are not safe if `unconfirmed`. */
  | {
      readonly kind: 'reported';
      readonly errors: ReadonlyMap<number, UpdateError>;
      readonly unconfirmed: unknown;
    }
  /** One fate for the whole batch. */
  | ({ readonly kind: 'whole' } & Loss);

export interface UpdateError {
  readonly code: number;
  /** The server's message about this update. */
  readonly message: string;
  readonly error: unknown;
}

/** Codes of a server that refuses a command before it looks at the updates: missing rights, unknown user. */
const TURNED_AWAY = [13, 18];

/** Reads the error of a bulk write of some updates. `attempt` belongs to its session. */
export function batchError(error: unknown, attempt: Attempt, updates: number): BatchError {
  if (!isBulkWriteError(error)) {
    return { kind: 'whole', fate: fateOf(error, attempt), error };
  }
  // If there is also a write concern error, the driver leaves these out of the error itself.
  const reported = error.result.getWriteErrors();
  const unconfirmed = error.result.getWriteConcernError();
  if (reported.length > 0 || unconfirmed !== undefined) {
    const errors = new Map<number, UpdateError>();
    for (const { index, code, errmsg = '' } of reported) errors.set(index, { code, message: errmsg, error });
    return { kind: 'reported', errors, unconfirmed };
  }
  // The driver wraps errors of other kinds.
  const cause = isDriverError(error.errorResponse) ? error.errorResponse : error;
  // With several updates, some may have been applied before.
  if (updates === 1 && !attempt.interrupted && isConflict(cause.code, messageOf(cause))) {
    return { kind: 'reported', errors: new Map([[0, conflict(cause)]]), unconfirmed: undefined };
  }
  return { kind: 'whole', fate: fateOf(cause, attempt), error: cause };
}

const conflict = (error: DriverError): UpdateError => ({
  code: Number(error.code),
  message: messageOf(error),
  error,
});

/** If the driver may have sent a command and got no answer, its fate is unknown, whatever the result of a retry. */
function fateOf(error: unknown, attempt: Attempt): Loss['fate'] {
  if (error instanceof AbandonedError) return 'unknown';
  if (isBuildError(error)) return 'failed';
  if (!isDriverError(error)) return 'unknown';
  if (error.hasErrorLabel(MongoErrorLabel.NoWritesPerformed)) return 'failed';
  if (isWithoutConnection(error)) return attempt.mayBeRetry ? 'unknown' : 'failed';
  return TURNED_AWAY.includes(Number(error.code)) && !attempt.interrupted ? 'failed' : 'unknown';
}

/** Errors for a missing connection. The driver exports the classes of only a few of them. */
const WITHOUT_CONNECTION = [
  'MongoServerSelectionError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
];

function isWithoutConnection(error: DriverError): boolean {
  return WITHOUT_CONNECTION.includes(error.name) || error.hasErrorLabel(MongoErrorLabel.HandshakeError);
}

/** Tells from a session how far a write went. */
export class Attempt {
  readonly #session: ClientSession;
  readonly #retryable: number;

  /** Create it before the write. */
  constructor(session: ClientSession) {
    this.#session = session;
    this.#retryable = session.serverSession.txnNumber;
  }

  /**
   * Whether an error may come from a second attempt. The driver numbers a retryable write once it has a
   * server to send it to, so an unchanged number means that nothing was ever sent.
   */
  get mayBeRetry(): boolean {
    return this.#session.serverSession.txnNumber !== this.#retryable;
  }

  /** Whether the connection broke in an attempt. */
  get interrupted(): boolean {
    return this.#session.serverSession.isDirty;
  }
}
