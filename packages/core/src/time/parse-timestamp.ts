import { DateTime } from 'luxon';

/**
 * Parses a time in text: Unix seconds, or an ISO 8601 date, which is in `timezone` if it names none. Returns Unix
 * seconds, or `undefined` for any other text.
 *
 * @example
 * ```ts
 * parseTimestamp('2024-03-01', 'Europe/Paris'); // 1709247600
 * parseTimestamp('1709247600.5', 'Europe/Paris'); // 1709247600.5
 * ```
 */
export function parseTimestamp(text: string, timezone: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const parsed = DateTime.fromISO(text, { zone: timezone });
  return parsed.isValid ? parsed.toSeconds() : undefined;
}
