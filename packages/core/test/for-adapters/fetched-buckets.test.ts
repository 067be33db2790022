import { InvalidValueError } from '../../src/errors.js';
import { fetchedRows } from '../../src/for-adapters/fetched-buckets.js';

const rows = (fetched: unknown, coarse: boolean) => [...fetchedRows('home', fetched, coarse)];

describe('What a customized fetch returns', () => {
  it('is a Map of bucket to a Map of resolution to data', () => {
    const fetched = new Map([
      [
        3,
        new Map([
          [180, 'a'],
          [181, 'b'],
        ]),
      ],
    ]);
    expect(rows(fetched, false)).toEqual([
      { name: 'home', bucket: 3, resolution: 180, data: 'a' },
      { name: 'home', bucket: 3, resolution: 181, data: 'b' },
    ]);
  });

  it.each([
    [new Map([[3, new Map([[null, 5]])]])],
    [new Map([[3, new Map([[0, 5]])]])],
    [{ 3: { null: 5 } }],
    [{ 3: new Map([[null, 5]]) }],
  ])(
    'has null or anything for the resolution of an interval that has none, and may be objects',
    (fetched) => {
      expect(rows(fetched, true)).toEqual([{ name: 'home', bucket: 3, resolution: 0, data: 5 }]);
    },
  );

  it.each([
    [[1], 'an array'],
    [null, 'null'],
    ['text', '"text"'],
    [{ x: { 0: 1 } }, 'bucket "x"'],
    [{ '': { 0: 1 } }, 'bucket ""'],
    [new Map([[0.5, new Map([[0, 1]])]]), 'bucket 0.5'],
    [{ 120: 5 }, '5'],
  ])('is refused where it is %p, in an error that shows what it met', (fetched, met) => {
    const read = () => rows(fetched, true);
    expect(read).toThrow(InvalidValueError);
    expect(read).toThrow(new RegExp(`"fetch" returned .*${met}`));
  });

  it('has to have a resolution in an interval that has some', () => {
    expect(() => rows({ 3: { null: 5 } }, false)).toThrow('"fetch" returned a resolution "null"');
  });
});
