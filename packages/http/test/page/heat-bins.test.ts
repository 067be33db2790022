import { binsOf } from '../../page/src/heat-bins.js';

const labels = (bins: ReturnType<typeof binsOf>) =>
  Array.from({ length: bins.rows }, (_, row) => bins.label(row));

describe('the rows of a heat map', () => {
  it('are the values themselves, of a few whole numbers', () => {
    const bins = binsOf(
      [
        [1, 4],
        [3, 1],
      ],
      'auto',
    );
    expect(labels(bins)).toEqual(['1', '2', '3']);
    expect([1, 3].map(bins.rowOf)).toEqual([0, 2]);
  });

  it('are equal steps at round numbers, each value in the one that begins below it', () => {
    const bins = binsOf(
      [
        [0.5, 1],
        [99.5, 1],
      ],
      'linear',
    );
    expect(labels(bins).slice(0, 2)).toEqual(['0 – 5', '5 – 10']);
    expect([0.5, 4.999, 5, 99.5].map(bins.rowOf)).toEqual([0, 0, 1, 19]);
  });

  it('are logarithmic where most values are crowded at the low end', () => {
    const bins = binsOf(
      [
        [1, 90],
        [2, 50],
        [1000, 1],
      ],
      'auto',
    );
    expect(bins.rowOf(1000)).toBe(bins.rows - 1);
    expect(bins.rowOf(10) - bins.rowOf(1)).toBe(bins.rowOf(100) - bins.rowOf(10));
    expect(bins.marks.map(({ label }) => label)).toEqual(['1', '10', '100', '1k']);
  });

  it('are texts, the most frequent uppermost, the rest in one row', () => {
    const bins = binsOf(
      Array.from({ length: 25 }, (_, index) => [`text ${index}`, 100 - index] as const),
      'auto',
    );
    expect(labels(bins).at(-1)).toBe('text 0');
    expect(labels(bins)[0]).toBe('5 others');
    expect([bins.rowOf('text 0'), bins.rowOf('text 24')]).toEqual([20, 0]);
  });
});
