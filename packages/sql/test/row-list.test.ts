import { RowList } from '../src/write/row-list.js';

/** Rows of two parameters, added in groups, and the same in one array. */
function listed(rowsPerInsert: number, groups: readonly number[]) {
  const rows = new RowList(rowsPerInsert);
  const flat: unknown[] = [];
  for (const size of groups) {
    const cells = Array.from({ length: size * 2 }, (_, at) => flat.length + at);
    rows.open().push(...cells);
    rows.added(size);
    flat.push(...cells);
  }
  return { rows, flat };
}

describe('A list of rows', () => {
  const groups = [1, 1, 3, 40, 0, 1, 1500, 1, 2, 31, 32, 1];

  it.each([1, 32, 20_000])('gives any of them, row by row and by column (%i an insert)', (rowsPerInsert) => {
    const { rows, flat } = listed(rowsPerInsert, groups);
    const total = flat.length / 2;
    expect([rows.rows, rows.width]).toEqual([total, 2]);
    for (const [start, end] of [
      [0, total],
      [0, 1],
      [4, 36],
      [44, 46],
      [45, 1600],
      [1540, total],
    ] as const) {
      const expected = flat.slice(start * 2, end * 2);
      expect(rows.slice(start, end)).toEqual(expected);
      expect(rows.columns(start, end).map((pieces) => pieces.flat())).toEqual([
        expected.filter((_, at) => at % 2 === 0),
        expected.filter((_, at) => at % 2 === 1),
      ]);
    }
  });

  it('replaces null in columns', () => {
    const rows = new RowList(32);
    rows.add([1, null]);
    expect(rows.columns(0, 1, '')).toEqual([[[1]], [['']]]);
  });
});
