import fc from 'fast-check';
import { DateTime } from 'luxon';
import { type DayLine, dayLine } from '../../src/time/day-line.js';
import { bucketsBetween, countBuckets } from '../../src/time/interval.js';
import { calendarUnits, DAY, HOUR, type TimeUnit } from '../../src/time/timescale.js';
import { timescale } from '../../src/time/unit.js';

const from1900 = Date.UTC(1900, 0, 1) / 1000;
const to2200 = Date.UTC(2200, 0, 1) / 1000;

const zones = [
  'UTC',
  'America/New_York',
  'Europe/Paris',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Kolkata',
] as const;
const lines = new Map<string, DayLine>(zones.map((zone) => [zone, dayLine(zone)]));
const lineOf = (zone: string) => lines.get(zone) ?? dayLine(zone);
const units: readonly TimeUnit[] = [1, 7, 60, 3600, DAY, 30 * DAY, ...calendarUnits];

const anyScale = fc.constantFrom(
  ...zones.flatMap((zone) => {
    const days = lineOf(zone);
    return units.map((unit) => ({ zone, unit, scale: timescale(unit, days) }));
  }),
);

/** Anywhere, and near the edges of calendars: New Year, ends of months, daylight saving changes. */
const anyTimestamp = fc.oneof(
  fc.double({ min: from1900, max: to2200, noNaN: true }),
  fc
    .tuple(
      fc.integer({ min: 1900, max: 2199 }),
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([year, month, day]) => Date.UTC(year, month, 1 + day) / 1000),
  fc
    .tuple(fc.constantFrom(...zones), fc.double({ min: from1900, max: to2200, noNaN: true }))
    .map(([zone, near]) => DateTime.fromSeconds(near, { zone }).startOf('day').toSeconds()),
  fc.double({ min: -2, max: 2, noNaN: true }),
);

describe('A timescale', () => {
  it('puts every timestamp into the bucket that starts at or before it and ends after it', () => {
    fc.assert(
      fc.property(anyScale, anyTimestamp, ({ scale }, timestamp) => {
        const bucket = scale.bucketOf(timestamp);
        const next = scale.bucketAt(scale.ordinalOf(bucket) + 1);
        expect(scale.startOf(bucket)).toBeLessThanOrEqual(timestamp);
        expect(scale.startOf(next)).toBeGreaterThan(timestamp);
      }),
      { numRuns: 2000 },
    );
  });

  it('tiles the line: the last instant before a bucket is in the one before it, its start in itself', () => {
    fc.assert(
      fc.property(anyScale, anyTimestamp, ({ scale }, timestamp) => {
        const bucket = scale.bucketOf(timestamp);
        const start = scale.startOf(bucket);
        expect(scale.bucketOf(start)).toBe(bucket);
        expect(scale.bucketOf(start - 0.001)).toBe(scale.bucketAt(scale.ordinalOf(bucket) - 1));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the order of timestamps in the order of buckets', () => {
    fc.assert(
      fc.property(anyScale, anyTimestamp, anyTimestamp, ({ scale }, a, b) => {
        const [earlier, later] = a <= b ? [a, b] : [b, a];
        expect(scale.bucketOf(earlier)).toBeLessThanOrEqual(scale.bucketOf(later));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the n-th bucket from its origin, so that going there and back arrives where it began', () => {
    const count = fc.integer({ min: -2000, max: 2000 });
    fc.assert(
      fc.property(anyScale, anyTimestamp, count, ({ scale }, timestamp, n) => {
        const bucket = scale.bucketOf(timestamp);
        const there = scale.bucketAt(scale.ordinalOf(bucket) + n);
        expect(scale.ordinalOf(there)).toBe(scale.ordinalOf(bucket) + n);
        expect(Math.sign(there - bucket)).toBe(Math.sign(n));
      }),
      { numRuns: 2000 },
    );
  });

  it('enumerates the buckets of a range without gap or repetition', () => {
    const length = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(anyScale, anyTimestamp, length, ({ scale }, timestamp, n) => {
        const first = scale.bucketOf(timestamp);
        const last = scale.bucketAt(scale.ordinalOf(first) + n);
        const buckets = [...bucketsBetween(scale, first, last)];
        expect(buckets).toHaveLength(n + 1);
        expect(countBuckets(scale, first, last)).toBe(n + 1);
        for (const [index, bucket] of buckets.slice(1).entries()) {
          const before = buckets[index] ?? Number.NaN;
          expect(scale.bucketOf(scale.startOf(bucket) - 0.001)).toBe(before);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('A calendar timescale', () => {
  it.each(['daily', 'monthly', 'yearly'] as const)(
    'names %s buckets as luxon formats their dates',
    (unit) => {
      const format = { daily: 'yyyyMMdd', monthly: 'yyyyMM', yearly: 'yyyy' }[unit];
      const zone = fc.constantFrom(
        'UTC',
        'America/New_York',
        'Europe/Paris',
        'Asia/Kathmandu',
        'Australia/Lord_Howe',
      );
      const seconds = fc.integer({ min: from1900, max: to2200 });
      fc.assert(
        fc.property(zone, seconds, (timezone, timestamp) => {
          const expected = Number(DateTime.fromSeconds(timestamp, { zone: timezone }).toFormat(format));
          expect(timescale(unit, lineOf(timezone)).bucketOf(timestamp)).toBe(expected);
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('starts a bucket at the midnight of its first day in its timezone', () => {
    const days = dayLine('America/New_York');
    const start = (unit: TimeUnit, bucket: number) => timescale(unit, days).startOf(bucket);
    const midnight = (date: string) => DateTime.fromISO(date, { zone: 'America/New_York' }).toSeconds();
    expect(start('daily', 20240310)).toBe(midnight('2024-03-10'));
    expect(start('daily', 20240311)).toBe(midnight('2024-03-11'));
    expect(start('monthly', 202411)).toBe(midnight('2024-11-01'));
    expect(start('yearly', 1969)).toBe(midnight('1969-01-01'));
  });

  it('counts durations in whole days of 86,400 seconds, also over a change of the clock', () => {
    const days = dayLine('America/New_York');
    expect(timescale('daily', days).durationOf(20240310)).toBe(DAY);
    expect(timescale('monthly', days).durationOf(202402)).toBe(29 * DAY);
    expect(timescale('monthly', days).durationOf(202302)).toBe(28 * DAY);
    expect(timescale('yearly', days).durationOf(2024)).toBe(366 * DAY);
    expect(timescale('yearly', days).durationOf(1900)).toBe(365 * DAY);
  });

  const weekly = timescale('weekly', dayLine('UTC'));
  const at = (date: string) => Date.parse(date) / 1000;

  it.each([
    ['2023-12-30', 202352, '2023-12-24', 7],
    ['2023-12-31', 202353, '2023-12-31', 1],
    ['2024-01-01', 202400, '2024-01-01', 6],
    ['2024-01-07', 202401, '2024-01-07', 7],
    ['2023-01-01', 202301, '2023-01-01', 7],
    ['1899-12-31', 189953, '1899-12-31', 1],
  ])('puts %s into week %i, which starts on %s and has %i days', (date, bucket, start, days) => {
    expect(weekly.bucketOf(at(date) + 3600)).toBe(bucket);
    expect(weekly.startOf(bucket)).toBe(at(start));
    expect(weekly.durationOf(bucket)).toBe(days * DAY);
  });

  it('goes from the last week of a year to week 00, or to week 01 where the year begins on a Sunday', () => {
    expect(weekly.bucketAt(weekly.ordinalOf(202353) + 1)).toBe(202400);
    expect(weekly.bucketAt(weekly.ordinalOf(202252) + 1)).toBe(202301);
  });

  it('leaves out a date that its timezone never had', () => {
    const daily = timescale('daily', dayLine('Pacific/Apia'));
    expect(daily.bucketAt(daily.ordinalOf(20111229) + 1)).toBe(20111231);
    expect(daily.ordinalOf(20111231) - daily.ordinalOf(20111229)).toBe(1);
    expect(daily.durationOf(20111229)).toBe(DAY);
  });

  it('starts a day without a midnight at its first instant', () => {
    // On 2018-11-04, the clocks of São Paulo jumped from 00:00 to 01:00.
    const daily = timescale('daily', dayLine('America/Sao_Paulo'));
    expect(daily.startOf(20181104)).toBe(Date.parse('2018-11-04T03:00:00Z') / 1000);
    expect(daily.bucketOf(Date.parse('2018-11-04T02:59:59Z') / 1000)).toBe(20181103);
  });
});

describe('ISO weeks', () => {
  const scale = timescale('isoWeekly', dayLine('UTC'));

  it.each([
    ['2024-12-30', 202501, '2024-12-30'],
    ['2021-01-03', 202053, '2020-12-28'],
    ['2021-01-04', 202101, '2021-01-04'],
    ['1970-01-01', 197001, '1969-12-29'],
    ['1900-01-01', 190001, '1900-01-01'],
  ])('put %s into week %i, which starts on %s', (date, bucket, start) => {
    expect(scale.bucketOf(Date.parse(date) / 1000)).toBe(bucket);
    expect(scale.startOf(bucket)).toBe(Date.parse(start) / 1000);
    expect(scale.durationOf(bucket)).toBe(7 * DAY);
  });
});

describe('Quarters', () => {
  const scale = timescale('quarterly', dayLine('UTC'));

  it.each([
    ['2024-03-31', 20241, '2024-01-01', 91],
    ['2023-01-01', 20231, '2023-01-01', 90],
    ['2024-12-31', 20244, '2024-10-01', 92],
  ])('put %s into %i, which starts on %s and has %i days', (date, bucket, start, days) => {
    expect(scale.bucketOf(Date.parse(date) / 1000 + 86_399)).toBe(bucket);
    expect(scale.startOf(bucket)).toBe(Date.parse(start) / 1000);
    expect(scale.durationOf(bucket)).toBe(days * DAY);
  });
});

describe('Weeks, quarters and hours', () => {
  it('are those of luxon', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyTimestamp, (timezone, timestamp) => {
        const days = lineOf(timezone);
        const time = DateTime.fromSeconds(Math.floor(timestamp), { zone: timezone });
        const bucket = (unit: TimeUnit) => timescale(unit, days).bucketOf(timestamp);
        expect(bucket('isoWeekly')).toBe(time.weekYear * 100 + time.weekNumber);
        expect(bucket('quarterly')).toBe(time.year * 10 + time.quarter);
        expect(Math.floor(bucket('hourly') / 100)).toBe(Number(time.toFormat('yyyyMMdd')));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Hours of the local day', () => {
  const hoursOf = (timezone: string, date: number) => {
    const scale = timescale('hourly', dayLine(timezone));
    const found: number[] = [];
    for (let bucket = date * 100; Math.floor(bucket / 100) === date; ) {
      found.push(scale.durationOf(bucket));
      bucket = scale.bucketAt(scale.ordinalOf(bucket) + 1);
    }
    return found;
  };
  const whole = (count: number) => Array.from({ length: count }, () => HOUR);

  it.each([
    ['UTC', 20240310, whole(24)],
    ['America/New_York', 20240310, whole(23)],
    ['America/New_York', 20241103, whole(25)],
    ['Asia/Kathmandu', 20240310, whole(24)],
    ['Australia/Lord_Howe', 20240407, [...whole(24), 1800]],
    ['Australia/Lord_Howe', 20241006, [...whole(23), 1800]],
    ['Australia/Lord_Howe', 24241006, [...whole(23), 1800]],
    ['Pacific/Apia', 20111231, whole(24)],
    ['America/Sao_Paulo', 20181104, whole(23)],
  ])('in %s, on %i, are as many and as long as the day is', (timezone, date, hours) => {
    expect(hoursOf(timezone, date)).toEqual(hours);
  });

  it('start at half past the hour of UTC in India, and jump over a date that was never there', () => {
    const india = timescale('hourly', dayLine('Asia/Kolkata'));
    expect(india.startOf(2024030109)).toBe(Date.parse('2024-03-01T09:00:00+05:30') / 1000);
    const apia = timescale('hourly', dayLine('Pacific/Apia'));
    expect(apia.bucketAt(apia.ordinalOf(2011122923) + 1)).toBe(2011123100);
  });

  // Each seed picks other zones. Many runs cover all of them.
  const all = Intl.supportedValuesOf('timeZone');
  const sample = [...zones, ...fc.sample(fc.constantFrom(...all), 12)];

  it(`tile the line in every zone, beside weeks and quarters (today ${sample.slice(zones.length).join(', ')})`, () => {
    for (const zone of sample) {
      const days = dayLine(zone);
      for (const unit of ['hourly', 'isoWeekly', 'quarterly'] as const) {
        const scale = timescale(unit, days);
        const count = fc.integer({ min: -500, max: 500 });
        fc.assert(
          fc.property(anyTimestamp, count, (timestamp, n) => {
            const bucket = scale.bucketOf(timestamp);
            const ordinal = scale.ordinalOf(bucket);
            const start = scale.startOf(bucket);
            expect(Number.isInteger(ordinal)).toBe(true);
            expect(scale.bucketAt(ordinal)).toBe(bucket);
            expect(start).toBeLessThanOrEqual(timestamp);
            const next = scale.bucketAt(ordinal + 1);
            expect(next).toBeGreaterThan(bucket);
            expect(scale.startOf(next)).toBeGreaterThan(timestamp);
            expect(scale.bucketOf(start)).toBe(bucket);
            expect(scale.bucketOf(start - 0.001)).toBe(scale.bucketAt(ordinal - 1));
            expect(scale.bucketOf(scale.startOf(next) - 0.001)).toBe(bucket);
            const there = scale.bucketAt(ordinal + n);
            expect(scale.ordinalOf(there)).toBe(ordinal + n);
            const [first, last] = n < 0 ? [there, bucket] : [bucket, there];
            if (unit === 'hourly') {
              const end = scale.startOf(scale.bucketAt(scale.ordinalOf(last) + 1));
              expect(scale.durationOf(first, last)).toBe(end - scale.startOf(first));
              expect(scale.durationOf(bucket)).toBeLessThanOrEqual(scale.longest);
            } else expect(scale.durationOf(bucket) % DAY).toBe(0);
          }),
          { numRuns: 20 },
        );
      }
    }
  });
});

describe('A relative timescale', () => {
  it('counts from the epoch by floor division, also before 1970 and for fractions', () => {
    const minute = timescale(60, dayLine('UTC'));
    expect([-60.5, -60, -0.5, 0, 59.999, 60].map(minute.bucketOf)).toEqual([-2, -1, -1, 0, 0, 1]);
    expect(minute.startOf(-2)).toBe(-120);
  });
});
