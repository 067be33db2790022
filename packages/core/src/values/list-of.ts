import { isSet } from './kinds.js';

/** One or several, as a list of its own. */
export function listOf(values: unknown): readonly unknown[] {
  // A copy: its holes are values too, and no good ones.
  return Array.isArray(values) || isSet(values) ? [...values] : [values];
}
