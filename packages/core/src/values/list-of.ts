import { isSet } from './kinds.js';

/** One value or several, as a new array. */
export function listOf(values: unknown): readonly unknown[] {
  // A copy, in which holes become `undefined`, which is refused as a value.
  return Array.isArray(values) || isSet(values) ? [...values] : [values];
}
