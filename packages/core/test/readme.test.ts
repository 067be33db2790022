import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import * as fc from 'fast-check';
import { dataTypes } from '../src/types/index.js';

const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
const [, expression = ''] = /^const rounded = \(value: number\) =>\n((?: .*\n)+)/m.exec(readme) ?? [];
const compiled: unknown = vm.runInThisContext(`(value) => ${expression.replace(/;\s*$/, '')}`);
const rounded = (value: number) => (typeof compiled === 'function' ? Number(compiled(value)) : Number.NaN);

const { series } = dataTypes;
const positive = fc.double({ min: 1e-9, max: 1e12, noNaN: true });

describe('The recipe for histograms of many different values', () => {
  it('changes each value by less than 1 %, and keeps its sign', () => {
    const any = fc.tuple(positive, fc.constantFrom(1, -1)).map(([size, sign]) => size * sign);
    fc.assert(
      fc.property(any, (value) => {
        expect(Math.abs(rounded(value) / value - 1)).toBeLessThan(0.01);
        expect(rounded(rounded(value))).toBe(rounded(value));
      }),
      { numRuns: 2000 },
    );
    expect(rounded(0)).toBe(0);
  });

  it('changes percentiles, mean and sum by less than 1 %', () => {
    const values = fc.array(positive, { minLength: 1, maxLength: 50 });
    const name = fc.constantFrom('median', 'p95', 'p99.9', 'mean', 'sum');
    fc.assert(
      fc.property(values, name, (given, figure) => {
        const exact = Number(series.transform(figure, given, 1));
        const found = Number(series.transform(figure, given.map(rounded), 1));
        expect(Math.abs(found / exact - 1)).toBeLessThan(0.01);
      }),
      { numRuns: 1000 },
    );
  });

  it('makes as many different values from 1 ms to an hour as it says', () => {
    const found = new Set<number>();
    for (let value = 1; value <= 3_600_000; value *= 1.001) found.add(rounded(value));
    found.add(rounded(3_600_000));
    const [, told] = /there are (\d+) different values/.exec(readme) ?? [];
    expect(found.size).toBe(Number(told));
  });
});
