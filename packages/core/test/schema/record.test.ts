import { ConfigurationError, StorageError } from '../../src/errors.js';
import {
  isNothingRecorded,
  nothingRecorded,
  reconcile,
  recordedOptions,
  uniteRecords,
} from '../../src/schema/record.js';
import { createSchema, type IntervalsOptions } from '../../src/schema/schema.js';
import type { UnitOption } from '../../src/time/unit.js';

const schema = (intervals: IntervalsOptions, timezone = 'UTC') =>
  createSchema({ type: 'count', intervals, timezone });
const recorded = reconcile(null, schema({ hour: { step: '1h', steps: 5 } }), false);

describe('The record of the intervals', () => {
  it('agrees with the same cuts written otherwise', () => {
    expect(reconcile(recorded, schema({ hour: { step: 3600, steps: 5 } }), false)).toBe(recorded);
  });

  it('has the steps of the last opening', () => {
    const changed = reconcile(recorded, schema({ hour: { step: 3600, steps: 9 } }), false);
    expect(changed).toBe('[["hour",3600,null,"UTC",9]]');
    expect(reconcile(changed, schema({ hour: { step: '1h' } }), false)).toBe(
      '[["hour",3600,null,"UTC",null]]',
    );
  });

  it('gives the options of the intervals back', () => {
    const intervals = {
      minute: { step: 60, steps: 5 },
      month: { step: 'monthly', resolution: 'daily' },
    } as const;
    const text = reconcile(null, schema(intervals, 'Asia/Tokyo'), false);
    expect(recordedOptions(text, undefined)).toEqual({ intervals, timezone: 'Asia/Tokyo' });
    expect(recordedOptions(text, 'Asia/Tokyo')).toEqual({ intervals, timezone: 'Asia/Tokyo' });
    expect(() => recordedOptions(text, 'UTC')).toThrow('the recorded intervals have the timezone Asia/Tokyo');
    const mixed = reconcile(text, schema({ day: { step: 'daily' } }), false);
    expect(() => recordedOptions(mixed, undefined)).toThrow(
      'Option "timezone" is left out, but the recorded intervals have the timezone UTC, Asia/Tokyo; expected one of them',
    );
    expect(recordedOptions(mixed, 'UTC')).toEqual({ intervals: { day: { step: 'daily' } }, timezone: 'UTC' });
    for (const nothing of [null, '[]']) {
      expect(() => recordedOptions(nothing, undefined)).toThrow('Option "intervals" is left out');
    }
    const refusal = nothingRecorded('the file a.db');
    expect([refusal, new ConfigurationError(refusal.message), null].map(isNothingRecorded)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['1m', '1mo'],
    ['60', 60],
    ['1min', '60s'],
    ['60', '1min'],
    ['2w', '14d'],
  ] as const)('agrees between %p and %p', (one, other) => {
    const of = (step: UnitOption) => schema({ i: { step: 'yearly', resolution: step }, j: { step } });
    const text = reconcile(null, of(one), false);
    expect(reconcile(text, of(other), false)).toBe(text);
    expect(reconcile(null, of(other), false)).toBe(text);
  });

  it.each([
    ['1m', '1min'],
    ['weekly', 'isoWeekly'],
    ['hourly', '1h'],
    ['quarterly', '3mo'],
  ] as const)('tells %p from %p', (one, other) => {
    const text = reconcile(null, schema({ i: { step: one } }), false);
    expect(() => reconcile(text, schema({ i: { step: other } }), false)).toThrow(ConfigurationError);
  });

  it.each([
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['US/Eastern', 'America/New_York'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['GMT', 'UTC'],
    ['Etc/UTC', 'utc'],
  ])('agrees where the timezone is %s and was %s, or the other way around', (one, other) => {
    const days = { day: { step: 'daily' } } as const;
    const [first, second] = [schema(days, one), schema(days, other)];
    expect(reconcile(null, first, false)).toBe(reconcile(null, second, false));
    // A runtime may have recorded either name.
    for (const timezone of [one, other]) {
      const text = JSON.stringify([['day', 'daily', null, timezone, null]]);
      expect(reconcile(text, first, false)).toBe(text);
      expect(reconcile(text, second, false)).toBe(text);
      expect(() => reconcile(text, schema(days, 'Asia/Tokyo'), false)).toThrow(ConfigurationError);
    }
  });

  it('takes up new intervals and keeps those that are not there any more', () => {
    const both = reconcile(recorded, schema({ day: { step: 'daily' } }), false);
    expect(() => reconcile(both, schema({ hour: { step: 60 } }), false)).toThrow(ConfigurationError);
    expect(reconcile(both, schema({ day: { step: 'daily' } }), false)).toBe(both);
  });

  it('that unites two holds the intervals of both, and what the first says where they differ', () => {
    const of = (intervals: IntervalsOptions) => reconcile(null, schema(intervals), false);
    const first = of({ hour: { step: 3600 }, day: { step: 'daily' } });
    const second = of({ hour: { step: 60 }, year: { step: 'yearly' } });
    const whole = of({ hour: { step: 3600 }, day: { step: 'daily' }, year: { step: 'yearly' } });
    expect(uniteRecords(first, second)).toBe(whole);
    expect(uniteRecords(whole, second)).toBe(whole);
    expect(() => uniteRecords(first, 'no record')).toThrow(StorageError);
  });

  it.each([
    [{ hour: { step: 60 } }, 'UTC'],
    [{ hour: { step: 3600, resolution: 60 } }, 'UTC'],
    [{ hour: { step: 3600 } }, 'Europe/Paris'],
  ])('refuses %p in %s, and shows both', (intervals, timezone) => {
    const changed = schema(intervals, timezone);
    expect(() => reconcile(recorded, changed, false)).toThrow(ConfigurationError);
    expect(() => reconcile(recorded, changed, false)).toThrow('{"step":3600,"timezone":"UTC"}');
    expect(() => reconcile(recorded, changed, false)).toThrow('"intervals.hour"');
  });

  it('takes the new cut where the change is allowed', () => {
    const changed = reconcile(recorded, schema({ hour: { step: 60 } }), true);
    expect(reconcile(changed, schema({ hour: { step: 60 } }), false)).toBe(changed);
  });

  it('is refused where it is not a record', () => {
    expect(() => reconcile('[1]', schema({ hour: { step: 60 } }), false)).toThrow(StorageError);
    expect(() => reconcile('[["a",60,null,5]]', schema({ hour: { step: 60 } }), false)).toThrow(StorageError);
    expect(() => reconcile('{', schema({ hour: { step: 60 } }), false)).toThrow(StorageError);
  });
});
