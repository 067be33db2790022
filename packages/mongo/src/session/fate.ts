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

/** What an error tells of a batch that was sent as one command. */
export type BatchError =
  /** The server went through the batch, and reported on each update; the others are not safe if `unconfirmed`. */
  | {
      readonly kind: 'reported';
      readonly errors: ReadonlyMap<number, UpdateError>;
      readonly unconfirmed: unknown;
    }
  /** One fate for all of it. */
  | ({ readonly kind: 'whole' } & Loss);

export interface UpdateError {
  readonly code: number;
  /** Of the server, on this update. */
  readonly message: string;
  readonly error: unknown;
}

/** Codes with which the server turns a command away before it looks at the updates: no rights, no such user. */
const TURNED_AWAY = [13, 18];

/** Reads the error of a bulk write of some updates, `attempt` being that of its session. */
export function batchError(error: unknown, attempt: Attempt, updates: number): BatchError {
  if (!isBulkWriteError(error)) {
    return { kind: 'whole', fate: fateOf(error, attempt), error };
  }
  // The driver leaves them out of the error itself where there is a write concern error as well.
  const reported = error.result.getWriteErrors();
  const unconfirmed = error.result.getWriteConcernError();
  if (reported.length > 0 || unconfirmed !== undefined) {
    const errors = new Map<number, UpdateError>();
    for (const { index, code, errmsg = '' } of reported) errors.set(index, { code, message: errmsg, error });
    return { kind: 'reported', errors, unconfirmed };
  }
  // An error of any other kind is wrapped by the driver.
  const cause = isDriverError(error.errorResponse) ? error.errorResponse : error;
  // Of several updates, some may have been applied before.
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

/** Where the driver may have sent a command, and had no answer, its fate is unknown, whatever a retry came to. */
function fateOf(error: unknown, attempt: Attempt): Loss['fate'] {
  if (error instanceof AbandonedError) return 'unknown';
  if (isBuildError(error)) return 'failed';
  if (!isDriverError(error)) return 'unknown';
  if (error.hasErrorLabel(MongoErrorLabel.NoWritesPerformed)) return 'failed';
  if (isWithoutConnection(error)) return attempt.mayBeRetry ? 'unknown' : 'failed';
  return TURNED_AWAY.includes(Number(error.code)) && !attempt.interrupted ? 'failed' : 'unknown';
}

/** Errors of having no connection to send by; the driver exports the classes of few of them. */
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

/** What a session tells of how far a write came. */
export class Attempt {
  readonly #session: ClientSession;
  readonly #retryable: number;

  /** To be made before the write. */
  constructor(session: ClientSession) {
    this.#session = session;
    this.#retryable = session.serverSession.txnNumber;
  }

  /**
   * Whether an error may be that of a second attempt. The driver numbers a write that it may retry once it has
   * a server to send it to, so an unchanged number means that nothing was ever sent.
   */
  get mayBeRetry(): boolean {
    return this.#session.serverSession.txnNumber !== this.#retryable;
  }

  /** Whether the connection broke in an attempt. */
  get interrupted(): boolean {
    return this.#session.serverSession.isDirty;
  }
}
