/**
 * Checks of options, for core and for backends. Each returns the option, or throws a `ConfigurationError`
 * that names it.
 */
import { ConfigurationError } from './errors.js';
import { describeValue } from './values/value.js';

/** The error for an option. `expected` completes the sentence "expected …": `'a positive whole number'`. */
export function optionError(name: string, value: unknown, expected: string): ConfigurationError {
  return new ConfigurationError(`Option "${name}" is ${describeValue(value)}; expected ${expected}`);
}

export function booleanOption(name: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean') return value;
  throw optionError(name, value, 'true or false');
}

/** A whole number from 1 to `most`; without `most`, to the largest safe number. */
export function wholeNumberOption<O>(name: string, value: unknown, otherwise: O, most?: number): number | O {
  if (value === undefined) return otherwise;
  const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
  if (fits && !(most !== undefined && value > most)) return value;
  throw optionError(
    name,
    value,
    most === undefined ? 'a positive whole number' : `a whole number from 1 to ${most}`,
  );
}

/** Text, possibly empty, that every store can hold except for NUL. */
export function textOption(name: string, value: unknown, otherwise: string): string {
  if (value === undefined) return otherwise;
  if (typeof value === 'string' && value.isWellFormed()) return value;
  throw optionError(name, value, 'well-formed text');
}

/** One of the names of `choices`. */
export function choiceOption<C extends object>(
  name: string,
  value: unknown,
  choices: C,
  otherwise: keyof C & string,
): keyof C & string {
  const isChoice = (key: unknown): key is keyof C & string =>
    typeof key === 'string' && Object.hasOwn(choices, key);
  if (value === undefined) return otherwise;
  if (isChoice(value)) return value;
  throw optionError(name, value, `one of ${Object.keys(choices).join(', ')}`);
}

/** A function of the caller's own. Its documentation says which arguments it gets. */
export type CustomFunction = (...given: unknown[]) => unknown;

export function functionOption(name: string, value: unknown): CustomFunction | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'function') return (...given) => value(...given);
  throw optionError(name, value, 'a function');
}

/** Checks the options of a call: refuses anything but an object, and unknown options. */
export function checkOptions(options: unknown, known: readonly string[], what: string): object {
  if (options === undefined || options === null) return {};
  if (typeof options !== 'object') {
    throw new ConfigurationError(
      `The options of ${what} are ${describeValue(options)}; expected an object with ${known.join(', ')}`,
    );
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key) && Reflect.get(options, key) !== undefined) {
      throw new ConfigurationError(`Option "${key}" of ${what} is unknown; expected ${known.join(', ')}`);
    }
  }
  return options;
}
