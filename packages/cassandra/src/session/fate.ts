import { isError, type Loss } from '@kairos/core';
import { policies, types } from 'cassandra-driver';
import { clientOption } from './client-options.js';
import { NotSentError } from './patience.js';

/** The code of an answer to a request that is not valid, be it for what this node does not know. */
export const INVALID: number = types.responseErrorCodes.invalid;

/** Answers to what a request says: every node gives the same, and none applies anything. */
const faults: ReadonlySet<number> = new Set([types.responseErrorCodes.syntaxError, INVALID]);

/** Answers of a node that comes to them before it applies anything; another may not. */
const refusals: ReadonlySet<number> = new Set([
  types.responseErrorCodes.badCredentials,
  types.responseErrorCodes.unavailableException,
  types.responseErrorCodes.isBootstrapping,
  types.responseErrorCodes.unauthorized,
  types.responseErrorCodes.configError,
  types.responseErrorCodes.unprepared,
]);

/**
 * The driver's default policy for one write, which remembers whether an attempt before the last one may have been
 * applied. The driver asks it only about writes that may be repeated; those of counters it never retries after they
 * were sent.
 */
export class WatchedRetry extends policies.retry.RetryPolicy {
  uncertain = false;

  override onRequestError(...given: Parameters<policies.retry.RetryPolicy['onRequestError']>) {
    this.uncertain = true;
    return super.onRequestError(...given);
  }

  override onWriteTimeout(...given: Parameters<policies.retry.RetryPolicy['onWriteTimeout']>) {
    this.uncertain = true;
    return super.onWriteTimeout(...given);
  }
}

/** Whether a client sends requests that may be repeated to a second node when the first is slow. */
export function isSpeculative(client: object): boolean {
  const policy = clientOption(client, 'policies', 'speculativeExecution');
  return (
    typeof policy === 'object' &&
    policy !== null &&
    policy.constructor.name !== policies.speculativeExecution.NoSpeculativeExecutionPolicy.name
  );
}

/** What may be applied of a write beside what was refused. */
export interface Scope {
  /** The driver rejects it with the first answer that is an error, while other nodes may apply it. */
  readonly speculative?: boolean;
  /** A node comes to the replicas of one partition after the other, and may find too few of them for a later one. */
  readonly spread?: boolean;
}

/** Whether a write that ended with an error is surely not applied; all that is not known to be so is `unknown`. */
export function lossOf(error: unknown, { uncertain }: WatchedRetry, scope: Scope = {}): Loss {
  if (error instanceof NotSentError) return { fate: 'failed', error };
  return { fate: !uncertain && wasRefused(error, scope) ? 'failed' : 'unknown', error };
}

function wasRefused(error: unknown, { speculative = false, spread = false }: Scope): boolean {
  if (!isError(error)) return false;
  // The driver could not encode it.
  if (error.name === 'TypeError') return true;
  const { code, innerErrors, isSocketError, requestNotWritten } = detailsOf(error);
  if (spread && code === types.responseErrorCodes.unavailableException) return false;
  if (typeof code === 'number') return faults.has(code) || (!speculative && refusals.has(code));
  // No host took it: those tried before had refused it, or it was not written to them.
  if (innerErrors !== undefined || error.name === 'BusyConnectionError') return true;
  return isSocketError === true && requestNotWritten === true;
}

/** The code of a server's answer, `undefined` for an error of another kind. */
export function codeOf(error: unknown): number | undefined {
  const { code } = isError(error) ? detailsOf(error) : {};
  return typeof code === 'number' ? code : undefined;
}

/** Whether an error means that no node that was asked has answered. */
export function isSilence(error: unknown): boolean {
  if (!isError(error)) return false;
  if (error.name === 'OperationTimedOutError' || error.name === 'UnansweredError') return true;
  const { innerErrors } = detailsOf(error);
  if (typeof innerErrors !== 'object' || innerErrors === null) return false;
  return Object.values(innerErrors).some(isSilence);
}

interface Details {
  code?: unknown;
  innerErrors?: unknown;
  isSocketError?: unknown;
  requestNotWritten?: unknown;
}

/** The client may come from another copy of the driver, so its errors are looked at, not at their class. */
function detailsOf(error: Error & Details): Details {
  return error;
}
