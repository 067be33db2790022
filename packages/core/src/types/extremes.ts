import { InvalidValueError } from '../errors.js';
import type { Value } from '../values/insertable.js';
import { isDate } from '../values/kinds.js';
import { describeValue } from '../values/value.js';
import { real } from './sums.js';

/** The smallest or largest of some numbers or strings; 0 if there are none. */
export function extreme(values: Iterable<Value>, transform: 'min' | 'max'): Value {
  const sign = transform === 'min' ? -1 : 1;
  let found: Value | undefined;
  for (const value of values) {
    if (found === undefined) {
      found = ordered(value, transform);
      continue;
    }
    const comparable = kindOf(found) === kindOf(value);
    if (!comparable) {
      throw new InvalidValueError(
        `Transform "${transform}" cannot compare ${describeValue(found)} with ${describeValue(value)}; expected numbers alone or strings alone`,
      );
    }
    if (sign * (value > found ? 1 : value < found ? -1 : 0) > 0) found = value;
  }
  return found ?? 0;
}

function kindOf(value: Value): string {
  if (typeof value === 'bigint' || typeof value === 'number') return 'number';
  return isDate(value) ? 'date' : typeof value;
}

function ordered(value: Value, transform: string): Value {
  return kindOf(value) === 'object' || typeof value === 'boolean' ? real(value, transform) : value;
}
