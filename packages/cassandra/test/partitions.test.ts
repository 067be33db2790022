import { memory } from '@kairos/adapter-tests';
import { type Interval, Kairos, type TimeseriesType, type Windows } from '@kairos/core';
import { partitionsOf, rowsPerBucket } from '../src/windows.js';

/** The intervals as core makes them. */
async function intervalsOf(
  intervals: {
    readonly [name: string]: {
      step: number | 'daily' | 'weekly' | 'monthly' | 'yearly';
      resolution?: number | 'daily' | 'weekly';
    };
  },
  timezone = 'UTC',
): Promise<ReadonlyMap<string, Interval>> {
  let found: ReadonlyMap<string, Interval> = new Map();
  const watched: typeof memory = {
    ...memory,
    open: (request) => {
      found = request.schema.intervals;
      return memory.open(request);
    },
  };
  await new Kairos([watched]).timeseries('memory:', { type: 'count', intervals, timezone });
  return found;
}

const layout = (
  interval: Interval | undefined,
  type: TimeseriesType,
  values: number | null = null,
): Windows => {
  if (interval === undefined) throw new Error('There is no such interval');
  return partitionsOf(interval, rowsPerBucket(type, false, values));
};

describe('Partitions', () => {
  it('of counts and gauges hold 100,000 buckets', async () => {
    const intervals = await intervalsOf({ minute: { step: 60 } });
    for (const type of ['count', 'gauge'] as const) {
      const partitions = layout(intervals.get('minute'), type);
      expect(partitions.windowOf(0, 0)).toBe(0);
      expect(partitions.windowOf(99_999, 0)).toBe(0);
      expect(partitions.windowOf(100_000, 0)).toBe(1);
      expect(partitions.windowOf(-1, 0)).toBe(-1);
      expect(partitions.spread).toBe(6_000_000);
    }
  });

  it('of lists, histograms and sets are laid out for one value a second, and at most 1000 a bucket', async () => {
    const intervals = await intervalsOf({
      second: { step: 1 },
      minute: { step: 60 },
      day: { step: 'daily' },
    });
    for (const type of ['series', 'histogram', 'set'] as const) {
      expect(layout(intervals.get('second'), type).windowOf(99_999, 0)).toBe(0);
      expect(layout(intervals.get('second'), type).windowOf(100_000, 0)).toBe(1);
      expect(layout(intervals.get('minute'), type).windowOf(1665, 0)).toBe(0);
      expect(layout(intervals.get('minute'), type).windowOf(1666, 0)).toBe(1);
      expect(layout(intervals.get('day'), type).windowOf(19700410, 0)).toBe(0);
      expect(layout(intervals.get('day'), type).windowOf(19700411, 0)).toBe(1);
    }
  });

  it('follow valuesPerBucket, down to one bucket each', async () => {
    const intervals = await intervalsOf({ minute: { step: 60 } });
    const minute = intervals.get('minute');
    expect(layout(minute, 'series', 10_000).windowOf(9, 0)).toBe(0);
    expect(layout(minute, 'series', 10_000).windowOf(10, 0)).toBe(1);
    expect(layout(minute, 'series', 1_000_000).windowOf(1, 0)).toBe(1);
    expect(layout(minute, 'count', 1_000_000).windowOf(99_999, 0)).toBe(0);
  });

  it('are cut by the resolution, however long the step', async () => {
    const intervals = await intervalsOf({ month: { step: 'monthly', resolution: 1 } });
    const partitions = layout(intervals.get('month'), 'count');
    expect(partitions.windowOf(197001, 99_999)).toBe(0);
    expect(partitions.windowOf(197001, 100_000)).toBe(1);
    expect(partitions.windowsOf(197001, 197001)).toEqual({ first: 0, last: 26 });
    expect(partitions.windowsOf(197001, 197002)).toEqual({ first: 0, last: 50 });
  });

  it.each([
    ['weeks in months', { step: 'monthly', resolution: 'weekly' }, 'UTC'],
    ['days in months of Samoa', { step: 'monthly', resolution: 'daily' }, 'Pacific/Apia'],
    ['7 s in minutes', { step: 60, resolution: 7 }, 'UTC'],
    ['days of New York', { step: 'daily' }, 'America/New_York'],
    ['hours in days of New York', { step: 'daily', resolution: 3600 }, 'America/New_York'],
  ] as const)(
    'of a range hold every bucket in it, and no range asks for more: %s',
    async (_, cut, timezone) => {
      const interval = (await intervalsOf({ cut }, timezone)).get('cut');
      if (interval === undefined) throw new Error('There is no such interval');
      const { step, resolution } = interval;
      const partitions = layout(interval, 'set', 20_000);
      for (const start of [-1_000_000, 0, 1_325_160_000, 1_700_000_000]) {
        const first = step.bucketOf(start);
        const last = step.bucketAt(step.ordinalOf(first) + 30);
        const asked = partitions.windowsOf(first, last);
        const met = new Set<number>();
        const end = step.startOf(step.bucketAt(step.ordinalOf(last) + 1));
        const every = resolution === null ? 3600 : Math.min(3600, resolution.longest);
        for (let second = step.startOf(first); second < end; second += every) {
          met.add(partitions.windowOf(step.bucketOf(second), resolution?.bucketOf(second) ?? 0));
        }
        expect(Math.min(...met)).toBe(asked.first);
        expect(Math.max(...met)).toBe(asked.last);
        expect(met.size).toBe(asked.last - asked.first + 1);
      }
    },
  );

  it.each([
    ['minutes', { step: 60 }, 33_333],
    ['days in years', { step: 'yearly', resolution: 'daily' }, 1000],
    ['days in months', { step: 'monthly', resolution: 'daily' }, 5000],
    ['weeks in months', { step: 'monthly', resolution: 'weekly' }, 50_000],
    ['days in weeks', { step: 'weekly', resolution: 'daily' }, 50_000],
    ['7 s in minutes', { step: 60, resolution: 7 }, 33_333],
  ] as const)(
    'say by how much later their last bucket may expire than any other: %s',
    async (_, cut, values) => {
      const interval = (await intervalsOf({ cut })).get('cut');
      if (interval === undefined) throw new Error('There is no such interval');
      const { step, resolution } = interval;
      const slot = resolution ?? step;
      const partitions = layout(interval, 'set', values);
      const expiries = new Map<number, number[]>();
      const first = slot.ordinalOf(slot.bucketOf(1_577_836_800));
      for (let ordinal = first; ordinal < first + 4000; ordinal++) {
        const start = slot.startOf(slot.bucketAt(ordinal));
        const end = slot.startOf(slot.bucketAt(ordinal + 1)) - 1;
        for (const second of [start, end]) {
          const bucket = step.bucketOf(second);
          const window = partitions.windowOf(bucket, slot.bucketOf(second));
          const expiry = step.startOf(step.bucketAt(step.ordinalOf(bucket) + 3));
          expiries.set(window, [...(expiries.get(window) ?? []), expiry]);
        }
      }
      for (const within of expiries.values()) {
        expect(Math.max(...within) - Math.min(...within)).toBeLessThanOrEqual(partitions.spread);
      }
    },
  );
});
