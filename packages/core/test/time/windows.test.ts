import fc from 'fast-check';
import { createSchema } from '../../src/schema/schema.js';
import { bucketsBetween, expiryOf, type Interval, locate } from '../../src/time/interval.js';
import { windowsOf } from '../../src/time/windows.js';

function intervalOf(options: object, timezone = 'UTC'): Interval {
  const schema = createSchema({ type: 'count', intervals: { it: { step: 60, ...options } }, timezone });
  const interval = schema.intervals.get('it');
  if (interval === undefined) throw new Error('There is no such interval');
  return interval;
}

describe('Windows', () => {
  it('hold as many neighbouring buckets as they are wide, counted from the epoch', () => {
    const minutes = windowsOf(intervalOf({ step: 60 }), 32);
    expect([0, 31, 32, -1, -32, -33].map((bucket) => minutes.windowOf(bucket, 0))).toEqual([
      0, 0, 1, -1, -1, -2,
    ]);
    expect([0, 31, 32, -1].map((bucket) => minutes.placeOf(bucket, 0))).toEqual([0, 31, 0, 31]);
    expect(minutes.windowsOf(31, 64)).toEqual({ first: 0, last: 2 });
  });

  it('of calendar buckets hold neighbours, whatever their numbers', () => {
    const days = windowsOf(intervalOf({ step: 'daily' }), 30);
    expect([19700101, 19700130, 19700131, 19691231].map((day) => days.windowOf(day, 0))).toEqual([
      0, 0, 1, -1,
    ]);
    expect(days.placeOf(19700301, 0)).toBe(29);
  });

  it('count buckets of the resolution where there is one', () => {
    const hours = windowsOf(intervalOf({ step: 3600, resolution: 60 }), 32);
    expect(hours.windowOf(0, 31)).toBe(0);
    expect(hours.windowOf(0, 32)).toBe(1);
    expect(hours.windowsOf(0, 0)).toEqual({ first: 0, last: 1 });
  });

  it('keep what falls into a bucket of any zone within the windows of that bucket, and expire within their spread', () => {
    const units = fc.constantFrom(
      { step: 60 },
      { step: 'daily' },
      { step: 'weekly' },
      { step: 'monthly', resolution: 'daily' },
      { step: 'monthly', resolution: 'weekly' },
      { step: 'weekly', resolution: 7 },
      { step: 3600, resolution: 7 },
      { step: 'yearly', resolution: 'monthly' },
    );
    const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia');
    const seconds = fc.integer({ min: -3e9, max: 5e9 });
    fc.assert(
      fc.property(units, zones, fc.constantFrom(1, 7, 32, 128), seconds, (unit, zone, size, timestamp) => {
        const interval = intervalOf({ ...unit, steps: 3 }, zone);
        const windows = windowsOf(interval, size);
        const { bucket, resolution } = locate(interval, timestamp);
        const window = windows.windowOf(bucket, resolution);
        const range = windows.windowsOf(bucket, bucket);
        expect(window).toBeGreaterThanOrEqual(range.first);
        expect(window).toBeLessThanOrEqual(range.last);
        const place = windows.placeOf(bucket, resolution);
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThan(size);
        const next = interval.step.bucketAt(interval.step.ordinalOf(bucket) + size);
        for (const other of bucketsBetween(interval.step, bucket, next)) {
          const start = interval.step.startOf(other);
          const placed = locate(interval, start);
          if (windows.windowOf(placed.bucket, placed.resolution) !== window) continue;
          const [own, later] = [expiryOf(interval, bucket), expiryOf(interval, placed.bucket)];
          expect(Math.abs((later ?? 0) - (own ?? 0))).toBeLessThanOrEqual(windows.spread);
        }
      }),
    );
  });

  it.each([
    ['weeks in months', { step: 'monthly', resolution: 'weekly' }, 'UTC'],
    ['days in months of Samoa', { step: 'monthly', resolution: 'daily' }, 'Pacific/Apia'],
    ['7 s in minutes', { step: 60, resolution: 7 }, 'UTC'],
    ['days of New York', { step: 'daily' }, 'America/New_York'],
    ['hours in days of New York', { step: 'daily', resolution: 3600 }, 'America/New_York'],
  ] as const)('of a range are those of what falls into it, and no other: %s', (_, unit, zone) => {
    const interval = intervalOf(unit, zone);
    const { step, resolution } = interval;
    const windows = windowsOf(interval, 5);
    for (const start of [-1_000_000, 0, 1_325_160_000, 1_700_000_000]) {
      const first = step.bucketOf(start);
      const last = step.bucketAt(step.ordinalOf(first) + 30);
      const met = new Set<number>();
      const end = step.startOf(step.bucketAt(step.ordinalOf(last) + 1));
      const every = resolution === null ? 3600 : Math.min(3600, resolution.longest);
      for (let second = step.startOf(first); second < end; second += every) {
        const placed = locate(interval, second);
        met.add(windows.windowOf(placed.bucket, placed.resolution));
      }
      const asked = windows.windowsOf(first, last);
      expect([Math.min(...met), Math.max(...met)]).toEqual([asked.first, asked.last]);
      expect(met.size).toBe(asked.last - asked.first + 1);
    }
  });
});
