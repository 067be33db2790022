import { BulkInsertError, KairosError, messageOf, StorageError } from '@kairos/core';
import { answer } from './answer.js';
import { insertsOf } from './inserts.js';
import { RequestError } from './request-error.js';

/**
 * The answer to a failed request: `{ error, code }`, with the code of core's error. 400 if core refuses the
 * request, with core's message; 503 if the store is down, without the driver's message, which may name hosts.
 * `undefined` if neither the request nor the store caused the error.
 */
export function answerOf(error: unknown): Response | undefined {
  if (error instanceof RequestError) return answer({ error: error.message }, error.status, error.headers);
  if (error instanceof BulkInsertError) {
    const { code, failed, unknown } = error;
    return answer(
      { error: withoutCause(error), code, failed: insertsOf(failed), unknown: insertsOf(unknown) },
      503,
    );
  }
  if (error instanceof StorageError) {
    const { code, fate } = error;
    return answer({ error: withoutCause(error), code, ...(fate === undefined ? {} : { fate }) }, 503);
  }
  if (error instanceof KairosError) return answer({ error: error.message, code: error.code }, 400);
  return undefined;
}

function withoutCause({ message, cause }: Error): string {
  const end = `: ${messageOf(cause)}`;
  return cause !== undefined && message.endsWith(end) ? message.slice(0, -end.length) : message;
}
