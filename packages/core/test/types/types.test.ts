import { InvalidValueError } from '../../src/errors.js';
import type { TransformName } from '../../src/types/data-type.js';
import { dataTypes } from '../../src/types/index.js';
import { storeAmount, storeScalar } from '../../src/values/value.js';

const { series, histogram, count, gauge, set } = dataTypes;
const names: readonly TransformName[] = ['mean', 'count', 'min', 'max', 'sum', 'rate'];

describe('A series', () => {
  it('has its transforms over the values in order', () => {
    expect(names.map((name) => series.transform(name, [2, 5, 2], 60))).toEqual([3, 3, 2, 5, 9, 0.05]);
  });

  it('has zero for every transform where it is empty', () => {
    expect(names.map((name) => series.transform(name, [], 60))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('A histogram', () => {
  it('weighs each value by its count, and has a rate for each', () => {
    const data = new Map([
      [2, 3],
      [10, 1],
    ]);
    expect(names.slice(0, 5).map((name) => histogram.transform(name, data, 60))).toEqual([4, 4, 2, 10, 16]);
    expect(histogram.transform('rate', data, 2)).toEqual(
      new Map([
        [2, 1.5],
        [10, 0.5],
      ]),
    );
  });

  it('adds the counts of values that a function makes equal', () => {
    const lower = histogram.map(
      new Map([
        ['A', 1],
        ['a', 2],
      ]),
      (value) => value.toLowerCase(),
    );
    expect(lower).toEqual(new Map([['a', 3]]));
  });

  it('tells dates and bytes apart by their content', () => {
    const day = () => new Date(86_400_000);
    const joined = histogram.join([new Map([[day(), 1]]), new Map([[day(), 2]])]);
    expect([...joined]).toEqual([[day(), 3]]);
    expect(set.join([new Set([Buffer.from('a')]), new Set([Buffer.from('a')])]).size).toBe(1);
  });
});

describe('A count', () => {
  it('has a rate, and is itself for every other transform', () => {
    expect(names.map((name) => count.transform(name, 6, 60))).toEqual([6, 6, 6, 6, 6, 0.1]);
  });

  it('keeps fractions when it is joined', () => {
    expect(count.join([0.5, 0.25])).toBe(0.75);
  });
});

describe('A gauge', () => {
  it('is itself for every transform', () => {
    expect(names.map((name) => gauge.transform(name, 6, 60))).toEqual([6, 6, 6, 6, 6, 6]);
  });

  it('keeps a zero when it is condensed', () => {
    expect(gauge.add(gauge.add(5, 0), null)).toBe(0);
  });

  it('joins to the last reading, where zero gives way to any other', () => {
    expect(gauge.join([5, 0])).toBe(5);
    expect(gauge.join([4, 9])).toBe(9);
    expect(gauge.join([0, null])).toBe(0);
    expect(gauge.join([null, null])).toBeNull();
  });
});

describe('A set', () => {
  it('has its transforms over the distinct values', () => {
    expect(names.map((name) => set.transform(name, new Set([2, 5]), 4))).toEqual([3.5, 2, 2, 5, 7, 0.5]);
  });
});

describe('Transforms of values that are not all numbers', () => {
  it('compare strings with strings and add large integers exactly', () => {
    expect(series.transform('max', ['b', 'a'], 1)).toBe('b');
    expect(series.transform('sum', [9007199254740993n, 1], 1)).toBe(9007199254740994n);
    expect(series.transform('sum', [2n, 3], 1)).toBe(5);
  });

  it.each([
    ['mean', ['a']],
    ['sum', ['1']],
    ['min', ['a', 1]],
  ] as const)('refuse %s of %p', (name, values) => {
    expect(() => series.transform(name, [...values], 1)).toThrow(InvalidValueError);
  });
});

describe('A value without a typed column', () => {
  it('is a string or a finite number, with zero for negative zero', () => {
    expect(['', 'a\0b', 1.5].map(storeScalar)).toEqual(['', 'a\0b', 1.5]);
    expect(Object.is(storeScalar(-0), 0)).toBe(true);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, null, undefined, true, 1n, {}, new Date(), '\ud800'])(
    'is refused where it is %p',
    (value) => {
      expect(() => storeScalar(value)).toThrow(InvalidValueError);
    },
  );

  it.each(['1', Number.NaN, null])('is refused as an amount where it is %p', (value) => {
    expect(() => storeAmount(value)).toThrow(InvalidValueError);
  });
});
