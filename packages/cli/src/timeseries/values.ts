import type { Value } from '@kairos/core';

/** The `valueType`s whose values are written as text. */
const TEXTS = ['text', 'string', 'decimal'];

/** Whether values of a `valueType` are written as text. */
export function takesText(valueType: unknown): boolean {
  return TEXTS.some((each) => each === valueType);
}

const readers: Readonly<Record<string, (text: string) => Value>> = {
  long: (text) => (/^-?\d{16,}$/.test(text) ? BigInt(text) : Number(text)),
  bool: (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
};

/**
 * Returns a function that parses a value by the timeseries' `valueType`. Without one, it parses numbers as
 * numbers and keeps anything else as text. The store refuses values that it cannot hold.
 */
export function valueReader(valueType: unknown): (text: string) => Value {
  if (takesText(valueType)) return (text) => text;
  if (valueType === 'datetime' || valueType === 'date' || valueType === 'timestamp')
    return (text) => new Date(text);
  if (valueType === 'blob') return (text) => Buffer.from(text);
  const known =
    typeof valueType === 'string' && Object.hasOwn(readers, valueType) ? readers[valueType] : undefined;
  return known ?? numberOrText;
}

function numberOrText(text: string): Value {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text;
}
