import { InvalidValueError } from '../errors.js';
import { isDate } from '../values/kinds.js';
import { describeValue } from '../values/value.js';
import { EARLIEST, LATEST } from './timescale.js';

/** Unix seconds of a timestamp; `option` names it in the error. */
export function toSeconds(value: unknown, option: string): number {
  const seconds = isDate(value) ? value.getTime() / 1000 : value;
  if (typeof seconds === 'number' && seconds >= EARLIEST && seconds < LATEST) return seconds;
  const hint =
    typeof seconds === 'number' && seconds >= LATEST && seconds / 1000 < LATEST
      ? ' (milliseconds? divide by 1000)'
      : '';
  throw new InvalidValueError(
    `Option "${option}" is ${describeValue(value)}${hint}; expected Unix seconds from 0001-01-02 to 9999-12-30, or a Date`,
  );
}
