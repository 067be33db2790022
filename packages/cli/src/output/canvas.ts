interface Point {
  readonly x: number;
  readonly y: number;
}

/** The bit of each dot in a Braille character, by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** A grid of characters with two by four dots each. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #cells: { dots: number; line: number }[][];

  constructor(width: number, height: number) {
    this.width = Math.max(1, width);
    this.height = height;
    this.#cells = Array.from({ length: height }, () =>
      Array.from({ length: this.width }, () => ({ dots: 0, line: 0 })),
    );
  }

  /** A straight line of dots, both ends included. A character takes the colour of the last line through it. */
  line(from: Point, to: Point, line: number): void {
    const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
    for (let step = 0; step <= steps; step++) {
      const x = Math.round(from.x + ((to.x - from.x) * step) / steps);
      const y = Math.round(from.y + ((to.y - from.y) * step) / steps);
      const cell = this.#cells[Math.floor(y / 4)]?.[Math.floor(x / 2)];
      if (cell === undefined) continue;
      cell.dots |= DOTS[x % 2 === 0 ? 0 : 1][y % 4] ?? 0;
      cell.line = line;
    }
  }

  rows(paint: (text: string, line: number) => string): string[] {
    return this.#cells.map((row) =>
      row
        .map(({ dots, line }) => (dots === 0 ? ' ' : paint(String.fromCodePoint(0x2800 + dots), line)))
        .join(''),
    );
  }
}
