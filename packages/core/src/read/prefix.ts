import { optionError } from '../option.js';

/** With what names are to begin, code unit by code unit, and as much of it as is well-formed text. */
export interface Prefix {
  readonly prefix: string;
  readonly stored: string;
}

/** Checks the option; `null` where no name can begin so, since names are well-formed. */
export function prefixOf(prefix: unknown): Prefix | null {
  if (prefix === undefined || prefix === null) return { prefix: '', stored: '' };
  if (typeof prefix !== 'string') throw optionError('prefix', prefix, 'a string');
  if (prefix.isWellFormed()) return { prefix, stored: prefix };
  // The first half of a pair may end it.
  const stored = prefix.slice(0, -1);
  const last = prefix.charCodeAt(stored.length);
  return stored.isWellFormed() && last < 0xdc00 ? { prefix, stored } : null;
}
