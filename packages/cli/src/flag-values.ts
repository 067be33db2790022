import { UsageError } from './exit-codes.js';

/** Collects the values of a flag that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function wholeNumber(text: string, option: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(`Option --${option} is "${text}"; expected a whole number`);
}

export function positive(text: string, option: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new UsageError(`Option --${option} is "${text}"; expected a positive number`);
}
