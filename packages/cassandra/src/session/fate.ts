import { isError, type Loss } from '@kairos/core';
import { policies, types } from 'cassandra-driver';
import { clientOption } from './client-options.js';
import { NotSentError } from './patience.js';

/** The code for an invalid request, also one about a table or keyspace that the node does not know. */
export const INVALID: number = types.responseErrorCodes.invalid;

/** Errors in the request itself: every node gives the same answer, and none applies anything. */
const faults: ReadonlySet<number> = new Set([types.responseErrorCodes.syntaxError, INVALID]);

/** Refusals of one node before it applies anything; another node may still apply the request. */
const refusals: ReadonlySet<number> = new Set([
  types.responseErrorCodes.badCredentials,
  types.responseErrorCodes.unavailableException,
  types.responseErrorCodes.isBootstrapping,
  types.responseErrorCodes.unauthorized,
  types.responseErrorCodes.configError,
  types.responseErrorCodes.unprepared,
]);

/**
 * The driver's default retry policy for one write. It remembers whether an attempt before the last one may
 * have been applied. The driver consults it only about repeatable writes, and never retries counter writes
 * once they are sent.
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

/** Whether a client sends repeatable requests to a second node when the first is slow. */
export function isSpeculative(client: object): boolean {
  const policy = clientOption(client, 'policies', 'speculativeExecution');
  return (
    typeof policy === 'object' &&
    policy !== null &&
    policy.constructor.name !== policies.speculativeExecution.NoSpeculativeExecutionPolicy.name
  );
}

/** Why a part of a write may be applied although another was refused. */
export interface Scope {
  /** The driver rejects it with the first error, while other nodes may still apply it. */
  readonly speculative?: boolean;
  /** A node handles one partition after the other, and may find too few replicas for a later one. */
  readonly spread?: boolean;
}

/** The fate of a write that ended with an error: `failed` if it was certainly not applied, else `unknown`. */
export function lossOf(error: unknown, { uncertain }: WatchedRetry, scope: Scope = {}): Loss {
  if (error instanceof NotSentError) return { fate: 'failed', error };
  return { fate: !uncertain && wasRefused(error, scope) ? 'failed' : 'unknown', error };
}

function wasRefused(error: unknown, { speculative = false, spread = false }: Scope): boolean {
  if (!isError(error)) return false;
  // The driver could not encode the request.
  if (error.name === 'TypeError') return true;
  const { code, innerErrors, isSocketError, requestNotWritten } = detailsOf(error);
  if (spread && code === types.responseErrorCodes.unavailableException) return false;
  if (typeof code === 'number') return faults.has(code) || (!speculative && refusals.has(code));
  // No host took the request: each one refused it, or it was never sent.
  if (innerErrors !== undefined || error.name === 'BusyConnectionError') return true;
  return isSocketError === true && requestNotWritten === true;
}

/** The code of a server's error; `undefined` for any other error. */
export function codeOf(error: unknown): number | undefined {
  const { code } = isError(error) ? detailsOf(error) : {};
  return typeof code === 'number' ? code : undefined;
}

/** Whether an error means that none of the nodes asked has answered. */
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

/** The client may come from another copy of the driver, so errors are recognized by their properties, not by class. */
function detailsOf(error: Error & Details): Details {
  return error;
}
