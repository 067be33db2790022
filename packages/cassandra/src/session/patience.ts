import { settlesWithin } from '@kairos/core';

/** The driver's default read timeout, for clients configured to wait for ever. */
export const READ_TIMEOUT = 12_000;

/** The time after which a request is given up, however many nodes the driver asks: each silent node costs a timeout. */
export const REQUEST_MILLISECONDS = 60_000;

/** How long the driver may take to close. */
export const CLOSE_MILLISECONDS = 5_000;

/** The driver did not settle a request in time. Whether a node received it is unknown. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

/** A request was not sent, because nodes were silent while it waited. `cause` is the error of one that was sent. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';

  constructor(cause: unknown, message: string) {
    super(`It was not sent, because no node answered the requests before it: ${message}`, { cause });
  }
}

/** Settles as the work does, or rejects with an `UnansweredError` after this many milliseconds. */
export async function within<R>(milliseconds: number, work: Promise<R>): Promise<R> {
  if (await settlesWithin(milliseconds, work)) return work;
  throw new UnansweredError(`No node answered within ${milliseconds / 1000} s`);
}
