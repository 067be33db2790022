import type { TimeseriesType, Value } from '@kairos/core';
import { takesText } from '../timeseries/values.js';

/**
 * Converts the value of a line to the type that the timeseries stores: to text if its values are text,
 * otherwise numeric text to a number.
 */
export function lineValue(type: TimeseriesType, valueType: unknown): (value: Value) => Value {
  if (type === 'count') return (value) => value;
  if (takesText(valueType)) return String;
  return (value) => (typeof value === 'string' ? numberIfPlain(value) : value);
}

/** `765` is a number; `007` and `1e3` stay text, because as numbers they would equal other texts. */
function numberIfPlain(text: string): Value {
  const number = Number(text);
  return String(number) === text && Number.isFinite(number) ? number : text;
}
