import { InvalidValueError } from '../../src/errors.js';
import { rangeOf } from '../../src/read/range.js';
import { createSchema, intervalOf } from '../../src/schema/schema.js';

const schema = createSchema({
  type: 'count',
  intervals: { minute: { step: 60 }, kept: { step: 60, steps: 5 }, month: { step: 'monthly' } },
});
const minute = intervalOf(schema, 'minute');
const kept = intervalOf(schema, 'kept');

describe('The range of a series', () => {
  it('goes from start to end, whatever the steps', () => {
    expect(rangeOf(minute, { start: 60, end: 125, steps: 10 }, 0)).toEqual({ first: 1, last: 2 });
  });

  it('goes from start over steps, and up to end over steps', () => {
    expect(rangeOf(minute, { start: 60, steps: 3 }, 0)).toEqual({ first: 1, last: 3 });
    expect(rangeOf(minute, { end: 600, steps: 3 }, 0)).toEqual({ first: 8, last: 10 });
  });

  it('ends now where neither end is given, over the steps that are kept, or one', () => {
    expect(rangeOf(kept, {}, 600)).toEqual({ first: 6, last: 10 });
    expect(rangeOf(minute, {}, 600)).toEqual({ first: 10, last: 10 });
  });

  it('counts back over calendar buckets from the end', () => {
    const end = Date.UTC(2024, 0, 15) / 1000;
    expect(rangeOf(intervalOf(schema, 'month'), { end, steps: 2 }, 0)).toEqual({
      first: 202312,
      last: 202401,
    });
  });

  it.each([
    [{ start: 10, end: 9 }, 'start'],
    [{ steps: 0 }, 'steps'],
    [{ steps: 1.5 }, 'steps'],
    [{ start: Number.NaN }, 'start'],
    [{ end: new Date(Number.NaN) }, 'end'],
    [{ start: 0, end: 2e9 }, 'buckets'],
  ])('refuses %p and names the option', (options, named) => {
    expect(() => rangeOf(minute, options, 0)).toThrow(InvalidValueError);
    expect(() => rangeOf(minute, options, 0)).toThrow(named);
  });
});
