import { invalidValue, isDate } from '@kairos/core';
import type { ValueType } from './value-type.js';

/** Stored as the whole number YYYYMMDD, like daily buckets. */
export const date: ValueType = {
  name: 'date',
  column: 'integer',
  keyColumn: 'integer',
  long: false,
  amounts: 'none',
  encode: (value) => {
    const day = isDate(value) ? value : undefined;
    const year = day?.getUTCFullYear() ?? Number.NaN;
    if (day === undefined || !(year >= 1 && year <= 9999) || day.getTime() % 86_400_000 !== 0) {
      throw invalidValue(value, 'a Date at midnight UTC in the years 1 to 9999, as the valueType is "date"');
    }
    return year * 10_000 + (day.getUTCMonth() + 1) * 100 + day.getUTCDate();
  },
  fromColumn: (column) => {
    const day = Number(column);
    const midnight = new Date(0);
    midnight.setUTCFullYear(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100);
    return midnight;
  },
};

/** Stored as milliseconds since the epoch. */
export const datetime: ValueType = {
  name: 'datetime',
  column: 'integer',
  keyColumn: 'integer',
  long: false,
  amounts: 'none',
  encode: (value) => {
    if (isDate(value) && !Number.isNaN(value.getTime())) return value.getTime();
    throw invalidValue(value, 'a valid Date, as the valueType is "datetime"');
  },
  fromColumn: (column) => new Date(Number(column)),
};

/** Stored as text without trailing zeros in its fraction. */
export const time: ValueType = {
  name: 'time',
  column: 'key',
  keyColumn: 'key',
  long: false,
  amounts: 'none',
  encode: (value) => {
    const match =
      typeof value === 'string' ? /^((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?$/.exec(value) : null;
    if (match === null) {
      throw invalidValue(
        value,
        'a time of day such as "09:30:00" or "09:30:00.25", as the valueType is "time"',
      );
    }
    const [, seconds = '', fraction = ''] = match;
    const trimmed = fraction.replace(/0+$/, '');
    return trimmed === '' ? seconds : `${seconds}.${trimmed}`;
  },
};
