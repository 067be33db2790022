import { isSet } from './kinds.js';

/** One value or several, as a new array. */
export function listOf(values: unknown): readonly unknown[] {
  // The copy turns holes into `undefined`, which is refused as a value.
  return Array.isArray(values) || isSet(values) ? [...values] : [values];
}
