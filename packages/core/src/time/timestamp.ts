import { InvalidValueError } from '../errors.js';
import { EARLIEST, LATEST } from './timescale.js';

/** Unix seconds (fractions allowed, 0 is the epoch) or a `Date`. */
export type Timestamp = number | Date;

/** Unix seconds of a timestamp; `option` names it in the error. */
export function toSeconds(value: unknown, option: string): number {
  const seconds = value instanceof Date ? value.getTime() / 1000 : value;
  if (typeof seconds === 'number' && seconds >= EARLIEST && seconds < LATEST) return seconds;
  const shown =
    value instanceof Date
      ? 'an invalid Date'
      : typeof value === 'string'
        ? JSON.stringify(value)
        : String(value);
  const hint =
    typeof seconds === 'number' && seconds >= LATEST && seconds / 1000 < LATEST
      ? ' (milliseconds? divide by 1000)'
      : '';
  throw new InvalidValueError(
    `"${option}" is ${shown}${hint}; expected Unix seconds within the years 1 to 9999, or a Date`,
  );
}
