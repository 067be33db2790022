import { InvalidValueError, isBytes } from '@kairos/core';
import type { Statement } from './session.js';

/** Bytes that MySQL's protocol adds to a statement. */
const ENVELOPE = 16;

/**
 * Refuses a statement that is too long for the server, before sending any of it. The server would end the
 * connection.
 */
export function refuseTooLong({ sql }: Statement, parameters: readonly unknown[], most: number): void {
  if (most === Number.POSITIVE_INFINITY) return;
  let bytes = sql.length + ENVELOPE;
  for (const parameter of parameters) bytes += literalBytes(parameter);
  if (bytes <= most) return;
  throw new InvalidValueError(
    `A statement takes ${bytes} bytes, with two for each byte of most values; the server takes ${most} at most ("max_allowed_packet")`,
  );
}

/** Length of a parameter as mysql2 writes it: bytes as hexadecimal digits, text and numbers unchanged. */
function literalBytes(parameter: unknown): number {
  if (isBytes(parameter)) return parameter.length * 2 + 3;
  return typeof parameter === 'string' ? parameter.length + 2 : String(parameter).length;
}
