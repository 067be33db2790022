import { ConfigurationError, InvalidValueError } from '../../src/errors.js';
import { createSchema } from '../../src/schema/schema.js';
import { dayLine } from '../../src/time/day-line.js';
import { toSeconds } from '../../src/time/timestamp.js';
import { parseUnit } from '../../src/time/unit.js';

describe('A step or resolution', () => {
  it.each([
    [60, 60],
    ['60', 60],
    ['90s', 90],
    ['5min', 300],
    ['6mo', 180 * 86_400],
    ['6m', 180 * 86_400],
    ['12h', 12 * 3600],
    ['30d', 30 * 86_400],
    ['2w', 14 * 86_400],
    ['1m', 30 * 86_400],
    ['1y', 365 * 86_400],
    ['monthly', 'monthly'],
    ['hourly', 'hourly'],
    ['isoWeekly', 'isoWeekly'],
    ['quarterly', 'quarterly'],
  ])('reads %p as %p', (given, unit) => {
    expect(parseUnit(given, 'step')).toBe(unit);
  });

  it.each([
    0,
    -60,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    '0',
    '-60',
    '60 ',
    ' 60',
    '6e1',
    '0x10',
    '0h',
    '5 min',
    '5M',
    '5MIN',
    '5minutes',
    '5constructor',
    'isoweekly',
    '1.5h',
    'h',
    '3x',
    'minutely',
    null,
    {},
  ])('refuses %p and names the option', (given) => {
    expect(() => parseUnit(given, 'intervals.i.step')).toThrow(ConfigurationError);
    expect(() => parseUnit(given, 'intervals.i.step')).toThrow('"intervals.i.step"');
    expect(() => parseUnit(given, 'intervals.i.step')).toThrow('"min" is minutes, "mo" months of 30 days');
  });

  it('that may have been meant as minutes is refused with a hint where it is coarser than its step', () => {
    const open = () => createSchema({ type: 'count', intervals: { h: { step: '1h', resolution: '5m' } } });
    expect(open).toThrow('("5m" is 5 × 30 days: write "5min" for minutes, "5mo" for months)');
  });
});

describe('A timezone', () => {
  it.each(['Mars/Olympus', '', 'UTC+25'])('is refused where it is %p', (timezone) => {
    expect(() => dayLine(timezone)).toThrow(ConfigurationError);
  });
});

describe('A timestamp', () => {
  it('is Unix seconds, with 0 for the epoch, or a Date', () => {
    expect(toSeconds(0, 'timestamp')).toBe(0);
    expect(toSeconds(-1.5, 'timestamp')).toBe(-1.5);
    expect(toSeconds(new Date(1500), 'timestamp')).toBe(1.5);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN), '0', null, 1e300])(
    'is refused where it is %p',
    (given) => {
      expect(() => toSeconds(given, 'start')).toThrow(InvalidValueError);
      expect(() => toSeconds(given, 'start')).toThrow('"start"');
    },
  );

  it('is refused with a hint where it is in milliseconds', () => {
    expect(() => toSeconds(1_700_000_000_000, 'timestamp')).toThrow('milliseconds');
  });
});
