import { memory } from '@kairos/adapter-tests';
import { type Interval, type IntervalsOptions, Kairos, type TimeseriesType } from '@kairos/core';
import { windowSize } from '../src/windows.js';

/** Creates an interval with core. */
async function intervalOf(options: IntervalsOptions[string]): Promise<Interval> {
  let found: Interval | undefined;
  const watched: typeof memory = {
    ...memory,
    open: (request) => {
      found = request.schema.intervals.get('it');
      return memory.open(request);
    },
  };
  await new Kairos([watched]).timeseries('memory:', { type: 'count', intervals: { it: options } });
  if (found === undefined) throw new Error('There is no such interval');
  return found;
}

const sizeOf = (
  interval: Interval,
  type: TimeseriesType,
  layout: { floatingCounts?: boolean; valuesPerBucket?: number } = {},
) => windowSize(interval, type, { floatingCounts: false, valuesPerBucket: null, ...layout });

describe('A partition', () => {
  it('of a count or a gauge holds 100,000 buckets', async () => {
    const minute = await intervalOf({ step: 60 });
    expect(sizeOf(minute, 'count')).toBe(100_000);
    expect(sizeOf(minute, 'gauge')).toBe(100_000);
  });

  it('of any other type is laid out for one value a second, and at most 1000 a bucket', async () => {
    const [second, minute, day] = await Promise.all(
      [1, 60, 'daily' as const].map((step) => intervalOf({ step })),
    );
    if (second === undefined || minute === undefined || day === undefined) throw new Error('None was made');
    for (const type of ['series', 'histogram', 'set'] as const) {
      expect(sizeOf(second, type)).toBe(100_000);
      expect(sizeOf(minute, type)).toBe(1666);
      expect(sizeOf(day, type)).toBe(100);
    }
    expect(sizeOf(minute, 'count', { floatingCounts: true })).toBe(1666);
  });

  it('follows valuesPerBucket, down to one bucket each', async () => {
    const minute = await intervalOf({ step: 60 });
    expect(sizeOf(minute, 'series', { valuesPerBucket: 10_000 })).toBe(10);
    expect(sizeOf(minute, 'series', { valuesPerBucket: 1_000_000 })).toBe(1);
    expect(sizeOf(minute, 'count', { valuesPerBucket: 1_000_000 })).toBe(100_000);
  });

  it('is cut by the resolution, however long the step', async () => {
    const month = await intervalOf({ step: 'monthly', resolution: 60 });
    expect(sizeOf(month, 'set')).toBe(1666);
  });
});
