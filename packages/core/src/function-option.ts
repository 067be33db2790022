import { ConfigurationError } from './errors.js';
import { describe } from './types/value.js';

/** A function of the caller's own, of whatever arguments it is documented to get. */
export type CustomFunction = (...given: unknown[]) => unknown;

/** An option that is a function, or is left out. */
export function functionOption(option: unknown, name: string): CustomFunction | undefined {
  if (option === undefined || option === null) return undefined;
  if (typeof option === 'function') return (...given) => option(...given);
  throw new ConfigurationError(`Option "${name}" is ${describe(option)}; expected a function`);
}
