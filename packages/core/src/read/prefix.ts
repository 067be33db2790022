import { optionError } from '../option.js';

/** A prefix that names must begin with, code unit by code unit, and the part of it that is well-formed text. */
export interface Prefix {
  readonly prefix: string;
  readonly stored: string;
}

/** Checks the option. Returns `null` if no name can begin with it, because names are well-formed. */
export function prefixOf(prefix: unknown): Prefix | null {
  if (prefix === undefined || prefix === null) return { prefix: '', stored: '' };
  if (typeof prefix !== 'string') throw optionError('prefix', prefix, 'a string');
  if (prefix.isWellFormed()) return { prefix, stored: prefix };
  // The prefix may end with the first half of a surrogate pair.
  const stored = prefix.slice(0, -1);
  const last = prefix.charCodeAt(stored.length);
  return stored.isWellFormed() && last < 0xdc00 ? { prefix, stored } : null;
}
