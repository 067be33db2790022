import { DateTime } from 'luxon';

/**
 * Unix seconds of a time in a request: Unix seconds, or an ISO 8601 date, in `timezone` if it has no offset.
 * `undefined` for any other text.
 *
 * @example
 * ```ts
 * secondsOf('2024-03-01', 'Europe/Paris'); // 1709247600
 * secondsOf('1709247600.5', 'Europe/Paris'); // 1709247600.5
 * ```
 */
export function secondsOf(text: string, timezone: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const parsed = DateTime.fromISO(text, { zone: timezone });
  return parsed.isValid ? parsed.toSeconds() : undefined;
}
