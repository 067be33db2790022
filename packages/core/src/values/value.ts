import { InvalidValueError } from '../errors.js';
import type { StoredValue } from './insertable.js';
import { isBytes, isDate } from './kinds.js';

/** Accepts strings and finite numbers, which a store without typed columns can hold. Negative zero becomes zero. */
export function storeScalar(value: unknown): StoredValue {
  if (typeof value === 'string') return wellFormed(value, 'value');
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  throw new InvalidValueError(`The value is ${describeValue(value)}; expected a string or a finite number`);
}

/** Refuses a string that UTF-8 cannot hold (half of a surrogate pair): it would come back as another string. */
export function wellFormed(text: string, what: 'name' | 'value'): string {
  if (text.isWellFormed()) return text;
  throw new InvalidValueError(
    `The ${what} ${describeValue(text)} holds half of a surrogate pair; expected well-formed Unicode`,
  );
}

/** A short form of anything, for error messages. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'an object';
  return String(value);
}

/** The identity of a value: itself, or the content of a `Date` or of bytes. */
export function identityOf(value: unknown): unknown {
  if (isDate(value)) return `date ${value.getTime()}`;
  if (isBytes(value)) return `bytes ${value.join()}`;
  return value;
}

/** Accepts finite numbers: the amounts of a count. */
export function storeAmount(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  throw new InvalidValueError(`The amount is ${describeValue(value)}; expected a finite number`);
}
