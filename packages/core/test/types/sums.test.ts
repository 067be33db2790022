import * as fc from 'fast-check';
import { type MemoryTypes, memory } from '../../../adapter-tests/src/memory/memory-backend.js';
import type { Backend } from '../../src/adapter.js';
import { Kairos } from '../../src/kairos.js';
import { dataTypes } from '../../src/types/index.js';
import { longOf, storeLong } from '../../src/values/typed-values.js';

const { series, histogram, set } = dataTypes;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** 64-bit integers in the form of `long` values: numbers if they are safe, with many near the limits. */
const long = fc
  .oneof(
    fc.bigInt({ min: -1000n, max: 1000n }),
    fc.bigInt({ min: SAFE - 4n, max: SAFE + 4n }),
    fc.bigInt({ min: -SAFE - 4n, max: -SAFE + 4n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  )
  .map(longOf);
const int = fc.oneof(
  fc.maxSafeInteger(),
  fc.maxSafeInteger().map((down) => Number.MAX_SAFE_INTEGER - (Math.abs(down) % 5)),
);
const longs = fc.array(long, { maxLength: 40 });
const ints = fc.array(int, { maxLength: 40 });

const exactSum = (values: readonly (number | bigint)[]) =>
  values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n);

/** Checks with whole numbers that no double is nearer to `dividend / divisor`. */
function isNearest(found: number, dividend: bigint, divisor: bigint): boolean {
  if (found === 0 || dividend === 0n) return found === 0 && dividend === 0n;
  const distance = (candidate: number) => {
    const difference = BigInt(candidate * 2 ** 100) * divisor - (dividend << 100n);
    return difference < 0n ? -difference : difference;
  };
  return [-1n, 1n].every((step) => distance(found) <= distance(neighbour(found, step)));
}

function neighbour(number: number, step: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  view.setBigInt64(0, view.getBigInt64(0) + step);
  return view.getFloat64(0);
}

describe('The sum of whole numbers', () => {
  it.each([
    [[Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 9223372036854775807n], 9241386435364257788n],
    [[Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, 1], 18014398509481982n],
    [[Number.MAX_SAFE_INTEGER, 1, -1, 5, -6], Number.MAX_SAFE_INTEGER - 1],
    [[9223372036854775807n, -9223372036854775807n, 3], 3],
    [[], 0],
  ])('of %p is exact', (values, expected) => {
    expect(series.transform('sum', values, 1, true)).toBe(expected);
  });

  it('is exact for every mixture of numbers and bigints, a number where that is safe', () => {
    fc.assert(
      fc.property(longs, (values) => {
        expect(series.transform('sum', values, 1, true)).toBe(longOf(exactSum(values)));
        const distinct = [...new Set(values)];
        expect(set.transform('sum', new Set(values), 1, true)).toBe(longOf(exactSum(distinct)));
      }),
      { numRuns: 2000 },
    );
  });

  it('weighs the values of a histogram exactly', () => {
    const weight = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.maxSafeNat());
    fc.assert(
      fc.property(fc.array(fc.tuple(long, weight)), (pairs) => {
        const data = new Map(pairs);
        const exact = [...data].reduce((sum, [value, count]) => sum + BigInt(value) * BigInt(count), 0n);
        expect(histogram.transform('sum', data, 1, true)).toBe(longOf(exact));
      }),
      { numRuns: 2000 },
    );
  });

  it('weighs a value exactly whose weight leads beyond the safe numbers, and others lead back', () => {
    const data = new Map([
      [Number.MAX_SAFE_INTEGER, 1],
      [-3002399751580331, 3],
    ]);
    expect(histogram.transform('sum', data, 1)).toBe(-2);
  });

  it('is the nearest number where values are numbers alone', () => {
    fc.assert(
      fc.property(ints, (values) => {
        expect(series.transform('sum', values, 1)).toBe(Number(exactSum(values)));
      }),
      { numRuns: 2000 },
    );
  });

  it('is a bigint where one of the values is, and the sum beyond the safe numbers', () => {
    expect(series.transform('sum', [2n ** 60n, 1], 1)).toBe(2n ** 60n + 1n);
  });
});

describe('The mean of whole numbers', () => {
  it('is the nearest number, whatever they add up to on the way', () => {
    fc.assert(
      fc.property(longs, (values) => {
        fc.pre(values.length > 0);
        const found = Number(series.transform('mean', values, 1));
        expect(isNearest(found, exactSum(values), BigInt(values.length))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('lies between the least and the greatest, also of the largest that there are', () => {
    expect(series.transform('mean', [1e308, 1e308, 1e308], 1)).toBe(1e308);
    expect(series.transform('mean', [2 ** 62, 2 ** 62 + 1024, 2n ** 62n], 1)).toBe(2 ** 62);
  });
});

describe('The rate', () => {
  it('counts values, whatever they are', () => {
    fc.assert(
      fc.property(longs, fc.integer({ min: 1, max: 1e6 }), (values, seconds) => {
        expect(series.transform('rate', values, seconds)).toBe(values.length / seconds);
        expect(set.transform('rate', new Set(values), seconds)).toBe(new Set(values).size / seconds);
      }),
    );
  });
});

describe('The sum of fractions', () => {
  it('is that of numbers added one after the other', () => {
    const fraction = fc.double({ noNaN: true, noInteger: true, min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(fc.array(fc.oneof(fraction, fc.integer())), (values) => {
        const sum = values.reduce((total, value) => total + value, 0);
        expect(series.transform('sum', values, 1, true)).toBe(sum);
        expect(series.transform('mean', values, 1)).toBe(values.length === 0 ? 0 : sum / values.length);
      }),
    );
  });

  it('takes whole numbers of any size beside them', () => {
    expect(series.transform('sum', [0.5, 2n ** 60n, 0.25], 1)).toBe(2 ** 60);
    expect(series.transform('sum', [1e308, 0.5], 1)).toBe(1e308);
    expect(series.transform('sum', [0.5, Number.POSITIVE_INFINITY], 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('A read', () => {
  const longs: Backend<MemoryTypes> = {
    ...memory,
    open: async (request) => Object.assign(await memory.open(request), { encode: storeLong }),
  };
  const intervals = { minute: { step: 60 } } as const;
  const large = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1];
  const at = { timestamp: 0 };

  it('sums to a bigint where the store holds bigints, even where all values are numbers', async () => {
    const seen = await new Kairos([longs]).timeseries('memory:', { type: 'series', intervals });
    await seen.insert('a', large, at);
    const options = { ...at, transform: ['sum', 'mean'] } as const;
    expect(await seen.get('a', 'minute', options)).toEqual(
      new Map([[0, { sum: 18014398509481981n, mean: 9007199254740990 }]]),
    );
  });

  it('sums to a number where the values are numbers alone, or a readFunc makes them', async () => {
    const floats = await new Kairos([memory]).timeseries('memory:', { type: 'series', intervals });
    const read = await new Kairos([longs]).timeseries('memory:', {
      type: 'series',
      intervals,
      readFunc: Number,
    });
    for (const seen of [floats, read]) {
      await seen.insert('a', large, at);
      expect(await seen.get('a', 'minute', { ...at, transform: 'sum' })).toEqual(new Map([[0, 2 ** 54 - 4]]));
    }
  });
});
