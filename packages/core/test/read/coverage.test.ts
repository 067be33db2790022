import { coverageOf } from '../../src/read/coverage.js';
import { rangeOf, UNLIMITED } from '../../src/read/range.js';
import { createSchema, intervalOf } from '../../src/schema/schema.js';

const schema = createSchema({
  type: 'count',
  intervals: {
    second: { step: 1 },
    minute: { step: 60, resolution: 7, steps: 10 },
    month: { step: 'monthly', resolution: 'daily' },
    day: { step: 'daily', resolution: 'hourly' },
  },
  timezone: 'Europe/Paris',
});

function coverage(interval: string, start: string, end: string) {
  const found = intervalOf(schema, interval);
  return coverageOf(found, rangeOf(found, { start: new Date(start), end: new Date(end) }, 0, UNLIMITED));
}

describe('The coverage of a series', () => {
  it('is how many buckets it has', () => {
    expect(coverage('second', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z')).toEqual({
      buckets: 1,
      resolutions: 1,
    });
    expect(coverage('second', '1970-01-01T00:00:00Z', '2024-01-01T00:00:00Z').buckets).toBe(1_704_067_201);
  });

  it('has the buckets of a resolution that lie in it, whole or in part', () => {
    expect(coverage('month', '2024-02-10T00:00:00Z', '2024-03-10T00:00:00Z')).toEqual({
      buckets: 2,
      resolutions: 29 + 31,
    });
    // Hours of a day with 23 hours.
    expect(coverage('day', '2024-03-31T12:00:00Z', '2024-03-31T12:00:00Z')).toEqual({
      buckets: 1,
      resolutions: 23,
    });
    // 0, 7, … 56; the last one is cut off.
    expect(coverage('minute', '1970-01-01T00:00:00Z', '1970-01-01T00:00:59Z')).toEqual({
      buckets: 1,
      resolutions: 9,
    });
  });
});
