/** A column: its heading, and its text for each row. Columns of numbers are aligned to the right. */
export interface Column<Row> {
  readonly heading: string;
  readonly text: (row: Row) => string | number;
  /** Aligns a column of texts to the right. */
  readonly right?: boolean;
}

/** Formats rows as an aligned table. Each row has a bar in proportion to one of its figures. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  figure: (row: Row) => number,
): string {
  const flushRight = columns.map(
    ({ text, right }) => right === true || rows.some((row) => typeof text(row) === 'number'),
  );
  const longest = Math.max(0, ...rows.map(figure));
  const lines = [
    ['', ...columns.map(({ heading }) => heading)],
    ...rows.map((row) => [bar(figure(row), longest), ...columns.map(({ text }) => text(row))]),
  ];
  const widths = columns.map((_, column) =>
    Math.max(...lines.map((line) => String(line[column + 1]).length)),
  );
  return lines
    .map(([drawn, ...cells]) => {
      const aligned = cells.map((cell, column) => {
        const width = widths[column] ?? 0;
        return flushRight[column] ? String(cell).padStart(width) : String(cell).padEnd(width);
      });
      return `  ${aligned.join('  ')}  ${drawn}`.trimEnd();
    })
    .join('\n');
}

const WIDTH = 32;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function bar(figure: number, longest: number): string {
  const units = longest === 0 ? 0 : Math.round((Math.max(0, figure) / longest) * WIDTH * 8);
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '');
}
