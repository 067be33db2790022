import { settlesWithin } from '@kairos/core';

/** The driver's own time for an answer, for clients that are told to wait without end. */
export const READ_TIMEOUT = 12_000;

/** A request is given up after so long, however many nodes the driver asks: those that are silent take it their time each. */
export const REQUEST_MILLISECONDS = 60_000;

/** How long the driver is given to close. */
export const CLOSE_MILLISECONDS = 5_000;

/** What the driver did not settle in time. Whether a node had it is unknown. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

/** What was not sent, since nodes were silent while it waited for its turn; `cause` is the error of what was. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';

  constructor(cause: unknown, message: string) {
    super(`It was not sent, since no node answered what was sent before it: ${message}`, { cause });
  }
}

/** Settles as the work does, or rejects with an `UnansweredError` once so many milliseconds have passed. */
export async function within<R>(milliseconds: number, work: Promise<R>): Promise<R> {
  if (await settlesWithin(milliseconds, work)) return work;
  throw new UnansweredError(`No node answered within ${milliseconds / 1000} s`);
}
