import * as fc from 'fast-check';
import { InvalidValueError } from '../../src/errors.js';
import type { TransformName } from '../../src/types/data-type.js';
import { dataTypes } from '../../src/types/index.js';

const { series, histogram, set, count, gauge } = dataTypes;
type Real = number | bigint;

const whole = fc.integer({ min: -1000, max: 1000 });
const real = fc.oneof(whole, fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }));
const pairs = fc.array(fc.tuple(real, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 30 });
const share = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map(String),
  fc.integer({ min: 0, max: 99 }).map((part) => `${part}.5`),
  fc.integer({ min: 0, max: 1000 }).map((part) => (part / 10).toFixed(1)),
);

const expanded = <V>(data: ReadonlyMap<V, number>) =>
  [...data].flatMap(([value, times]) => Array.from({ length: times }, () => value));

/** NumPy's percentile of single values. */
function percentileOf(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = (percent / 100) * (sorted.length - 1);
  const [low = Number.NaN, high = low] = sorted.subarray(Math.floor(position));
  return low + (high - low) * (position - Math.floor(position));
}

const names: readonly TransformName[] = ['median', 'p0', 'p95', 'p99.9', 'p100', 'stddev', 'distinct'];

describe('A percentile', () => {
  it('of a histogram, by its counts, is that of all its values one by one', () => {
    fc.assert(
      fc.property(pairs, share, (given, percent) => {
        const data = new Map(given);
        const found = Number(histogram.transform(`p${Number(percent)}`, data, 60));
        const values = expanded(data);
        const slack = Math.max(1, ...values.map(Math.abs)) * 1e-9;
        expect(Math.abs(found - percentileOf(values, Number(percent)))).toBeLessThanOrEqual(slack);
        expect(series.transform(`p${Number(percent)}`, values, 60)).toBe(found);
      }),
      { numRuns: 1000 },
    );
  });

  it('of a set is that of its values', () => {
    fc.assert(
      fc.property(fc.uniqueArray(whole, { minLength: 1 }), share, (values, percent) => {
        const name = `p${Number(percent)}` as const;
        expect(set.transform(name, new Set(values), 60)).toBe(series.transform(name, values, 60));
      }),
    );
  });

  it.each([
    ['p95', Array.from({ length: 100 }, (_, index) => index + 1), 95.05],
    ['p7', Array.from({ length: 101 }, (_, index) => index), 7],
    ['p99.9', Array.from({ length: 1001 }, (_, index) => index), 999],
    ['p99.95', [0, 1], 0.9995],
    ['median', [10, 7, 4, 3, 2, 1], 3.5],
    ['p25', [10, 7, 4, 3, 2, 1], 2.25],
    ['p0', [3, -2, 9], -2],
    ['p100', [3, -2, 9], 9],
    ['p100.0', [3, -2, 9], 9],
    ['median', [0.1, 0.2], 0.15000000000000002],
    ['median', [-1.5e308, 1.5e308], 0],
    ['p75', [-1.5e308, 0.5, 1.5e308, 1.5e308], 1.5e308],
    ['p95', [7], 7],
  ] as const)('%s of %p is %d', (name, values, expected) => {
    expect(series.transform(name, [...values], 60)).toBe(expected);
  });

  it('of whole numbers is exact, however large they and their counts are', () => {
    expect(series.transform('median', [9007199254740993n, 9007199254740995n], 1)).toBe(9007199254740994);
    expect(series.transform('p50', [2n ** 62n, -(2n ** 62n), 3], 1)).toBe(3);
    const most = Number.MAX_SAFE_INTEGER;
    const data = new Map<Real, number>([
      [1, most],
      [2, most],
      [4n, most],
    ]);
    expect(histogram.transform('median', data, 1)).toBe(2);
    expect(histogram.transform('p100', data, 1)).toBe(4);
    const halves = new Map([
      [1, most],
      [2, most],
    ]);
    expect(histogram.transform('median', halves, 1)).toBe(1.5);
  });

  it('of more values than an array could hold is found by their counts', () => {
    const data = new Map([
      [5, 1e12],
      [9, 1e12 - 1],
    ]);
    expect(histogram.transform('median', data, 1)).toBe(5);
    expect(histogram.transform('p99', data, 1)).toBe(9);
  });

  it('is no number where one of the values is none', () => {
    expect(series.transform('p95', [1, Number.NaN, 3], 1)).toBeNaN();
  });
});

describe('The standard deviation', () => {
  it('of a histogram, by its counts, is that of the population of its values', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const data = new Map(given);
        const values = expanded(data);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        const slack = Math.max(1, ...values.map(Math.abs)) * 1e-9;
        for (const found of [histogram.transform('stddev', data, 1), series.transform('stddev', values, 1)]) {
          expect(Math.abs(Number(found) - Math.sqrt(variance))).toBeLessThanOrEqual(slack);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('of whole numbers of any size is right to the last digits', () => {
    const large = fc.bigInt({ min: 2n ** 60n, max: 2n ** 60n + 1000n });
    fc.assert(
      fc.property(fc.array(fc.tuple(large, fc.integer({ min: 1, max: 9 })), { minLength: 1 }), (given) => {
        const data = new Map(given);
        const values = expanded(data);
        const [n, sum] = [BigInt(values.length), values.reduce((all, value) => all + value, 0n)];
        const squares = values.reduce((all, value) => all + value * value, 0n);
        const expected = Math.sqrt(Number(n * squares - sum * sum)) / values.length;
        expect(Number(histogram.transform('stddev', data, 1))).toBeCloseTo(expected, 9);
      }),
    );
  });

  it.each([
    [[2, 4, 4, 4, 5, 5, 7, 9], 2],
    [[7, 7, 7], 0],
    [[0.1, 0.1, 0.1], 0],
    [[9007199254740993n, 9007199254740995n], 1],
    [[1e300, -1e300], 1e300],
    [[1e-300, -1e-300], 1e-300],
    [[1e9, 1e9 + 2], 1],
  ])('of %p is %d', (values, expected) => {
    expect(series.transform('stddev', values, 1)).toBeCloseTo(expected, 9);
    expect(Number(series.transform('stddev', values, 1)) / (expected || 1)).toBeCloseTo(expected && 1, 12);
  });
});

describe('How many values are distinct', () => {
  it('is told of values of any kind, those of dates and bytes by their content', () => {
    expect(series.transform('distinct', ['a', 'b', 'a', 1, 1n, '1'], 1)).toBe(5);
    expect(series.transform('distinct', [new Date(5), new Date(5), Buffer.from('a')], 1)).toBe(2);
    expect(histogram.transform('distinct', new Map([['a', 7]]), 1)).toBe(1);
    expect(set.transform('distinct', new Set([1, 2, 3]), 1)).toBe(3);
  });
});

describe('Percentiles, the standard deviation and distinct values', () => {
  it.each(names)('have null for %s where there is no data', (name) => {
    expect(series.transform(name, [], 60)).toBeNull();
    expect(histogram.transform(name, new Map(), 60)).toBeNull();
    expect(set.transform(name, new Set(), 60)).toBeNull();
  });

  it('leave a count and a gauge as they are', () => {
    for (const name of names) {
      expect(count.transform(name, 6, 60)).toBe(6);
      expect(gauge.transform(name, null, 60)).toBeNull();
    }
  });

  it.each([[['a']], [[new Date(0)]], [[true]]])('of %p are refused, as the mean is', (values) => {
    for (const name of ['median', 'p95', 'stddev'] as const) {
      expect(() => series.transform(name, values, 1)).toThrow(InvalidValueError);
      expect(() => series.transform(name, values, 1)).toThrow(`"${name}"`);
    }
  });

  it('refuse counts that are not whole, which a customized read may make', () => {
    expect(() => histogram.transform('p95', new Map([[1, 0.5]]), 1)).toThrow('the count 0.5 of 1');
  });
});
