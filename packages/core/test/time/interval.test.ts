import { InvalidValueError } from '../../src/errors.js';
import { createSchema, type IntervalOptions } from '../../src/schema/schema.js';
import {
  expiryOf,
  type Interval,
  locate,
  oldestKept,
  resolutionDuration,
  resolutionStart,
  shiftBucket,
} from '../../src/time/interval.js';

const at = (date: string) => Date.parse(date) / 1000;

function interval(options: IntervalOptions, timezone = 'UTC'): Interval {
  const found = createSchema({ type: 'count', intervals: { i: options }, timezone }).intervals.get('i');
  if (found === undefined) throw new Error('unreachable');
  return found;
}

describe('An interval', () => {
  it('is coarse where its resolution is its step', () => {
    expect(interval({ step: 3600, resolution: '1h' }).resolution).toBeNull();
    expect(locate(interval({ step: 60 }), 125)).toEqual({ bucket: 2, resolution: 0 });
  });

  it('cuts a resolution bucket that straddles its edges, with the later of the two starts as its timestamp', () => {
    const minute = interval({ step: 60, resolution: 7 });
    expect(locate(minute, 61)).toEqual({ bucket: 1, resolution: 8 });
    expect(resolutionStart(minute, 1, 8)).toBe(60);
    expect(resolutionDuration(minute, 1, 8)).toBe(3);
    expect(resolutionDuration(minute, 0, 8)).toBe(4);
    expect(resolutionDuration(minute, 1, 9)).toBe(7);
  });

  it('cuts weeks at the edges of months, in whole days', () => {
    const month = interval({ step: 'monthly', resolution: 'weekly' }, 'America/New_York');
    // Week 10 of 2024 begins on Sunday 3 March. 1 March is in week 08, which began on 25 February.
    const place = locate(month, at('2024-03-01T12:00:00Z'));
    expect(place).toEqual({ bucket: 202403, resolution: 202408 });
    expect(resolutionStart(month, 202403, 202408)).toBe(month.step.startOf(202403));
    expect(resolutionDuration(month, 202403, 202408)).toBe(2 * 86_400);
    expect(resolutionDuration(month, 202402, 202408)).toBe(5 * 86_400);
    expect(resolutionDuration(month, 202403, 202410)).toBe(7 * 86_400);
  });
});

describe('An interval with hours of the local day', () => {
  it('counts real seconds where hours are cut, and whole days where weeks and quarters are', () => {
    // In Nepal, hours counted in 3,600 seconds since the epoch start a quarter past the local hour.
    const hours = interval({ step: 'hourly', resolution: '1h' }, 'Asia/Kathmandu');
    const place = locate(hours, at('2024-03-01T12:20:00+05:45'));
    expect(place.bucket).toBe(2024030112);
    expect(resolutionStart(hours, place.bucket, place.resolution)).toBe(at('2024-03-01T12:00:00+05:45'));
    expect(resolutionDuration(hours, place.bucket, place.resolution)).toBe(2700);
    const weeks = interval({ step: 'quarterly', resolution: 'isoWeekly' }, 'Europe/Paris');
    expect(resolutionDuration(weeks, 20244, 202440)).toBe(6 * 86_400);
    expect(resolutionDuration(weeks, 20243, 202440)).toBe(86_400);
    expect(resolutionDuration(weeks, 20244, 202441)).toBe(7 * 86_400);
    expect(expiryOf(interval({ step: 'hourly', steps: 24 }, 'Europe/Paris'), 2024033000)).toBe(
      at('2024-03-31T00:00:00+01:00'),
    );
    // The day has 23 hours, so 24 hours later it is one o'clock of the next day.
    expect(expiryOf(interval({ step: 'hourly', steps: 24 }, 'Europe/Paris'), 2024033100)).toBe(
      at('2024-04-01T01:00:00+02:00'),
    );
  });
});

describe('Retention', () => {
  it('keeps as many buckets as `steps`, the present one included', () => {
    const minute = interval({ step: 60, steps: 5 });
    expect(oldestKept(minute, 600)).toBe(6);
    expect(oldestKept(minute, 659.9)).toBe(6);
    expect(expiryOf(minute, 6)).toBe(660);
  });

  it('ends when the bucket that is `steps` later begins, by the calendar', () => {
    const month = interval({ step: 'monthly', steps: 1 });
    expect(oldestKept(month, at('2024-01-31T23:59:59Z'))).toBe(202401);
    expect(expiryOf(month, 202401)).toBe(at('2024-02-01'));
    expect(expiryOf(interval({ step: 'yearly', steps: 10 }), 2024)).toBe(at('2034-01-01'));
  });

  it('never ends without `steps`, nor where the end lies beyond the year 9999', () => {
    expect(expiryOf(interval({ step: 60 }), 6)).toBeNull();
    expect(expiryOf(interval({ step: 'yearly', steps: 9000 }), 2024)).toBeNull();
    expect(oldestKept(interval({ step: 'yearly', steps: 9000 }), 0)).toBeNull();
  });
});

describe('A neighbouring bucket', () => {
  it('is refused beyond the years 1 to 9999, in an error that names the option', () => {
    const { step } = interval({ step: 'yearly' });
    expect(() => shiftBucket(step, 2024, 8000, 'steps')).toThrow(InvalidValueError);
    expect(() => shiftBucket(step, 2024, 8000, 'steps')).toThrow(
      'Option "steps" leads 8000 buckets after 2024-01-01T00:00:00.000Z',
    );
    expect(() => shiftBucket(interval({ step: 60 }).step, 0, -1e12, 'intervals')).toThrow(
      'Option "intervals" leads 1000000000000 buckets before 1970-01-01T00:00:00.000Z',
    );
  });
});
