import { ConfigurationError } from './errors.js';
import { describe } from './types/value.js';

/** An option that is a function of one argument, or is left out. */
export function functionOption(option: unknown, name: string): ((argument: unknown) => unknown) | undefined {
  if (option === undefined || option === null) return undefined;
  if (typeof option === 'function') return (argument) => option(argument);
  throw new ConfigurationError(`Option "${name}" is ${describe(option)}; expected a function`);
}
