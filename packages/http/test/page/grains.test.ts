import { chooseGrain, grainsOf, unitLabel } from '../../page/src/grains.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

const grains = grainsOf({
  name: 'hits',
  type: 'count',
  timezone: 'UTC',
  intervals: [
    { name: 'minute', step: 60, steps: 240 },
    { name: 'hour', step: HOUR, steps: 720 },
    { name: 'month', step: 'monthly', resolution: 'daily' },
  ],
});

function chosen(span: number, most: number, age = span): string {
  const grain = chooseGrain(grains, { span, age, most });
  return `${grain?.interval} by ${unitLabel(grain?.unit ?? 0)}`;
}

describe('the interval of a chart', () => {
  it.each([
    ['the finest', HOUR, 'minute by minute'],
    ['as far back as it is kept', 4 * HOUR, 'minute by minute'],
    ['a coarser one for what the finest keeps no more', 6 * HOUR, 'hour by hour'],
    ['the resolution of one', 90 * DAY, 'month by day'],
    ['the steps of one where its resolution is too many', 10 * 365 * DAY, 'month by month'],
  ])('is %s', (_, span, expected) => {
    expect(chosen(span, 1000)).toBe(expected);
  });

  it('is the finest that is still kept, where the range is short but long ago', () => {
    expect(chosen(HOUR, 1000, 2 * DAY)).toBe('hour by hour');
  });

  it('is rather crowded than of a handful of buckets', () => {
    expect(chosen(10 * DAY, 200)).toBe('hour by hour');
  });
});
