/** Maximum number of rows that share an array. */
const MOST_ROWS = 1024;

interface Chunk {
  /** The number of its first row. */
  readonly first: number;
  readonly cells: unknown[];
  rows: number;
}

/** Part of a chunk's cells. */
interface Piece {
  readonly cells: readonly unknown[];
  readonly from: number;
  readonly to: number;
}

/**
 * The parameters of rows, row by row, in short arrays. One long array would be copied each time it grows, and again for
 * the inserts.
 */
export class RowList {
  readonly #rowsPerChunk: number;
  readonly #chunks: Chunk[] = [];
  #last: Chunk = { first: 0, cells: [], rows: 0 };

  constructor(rowsPerInsert: number) {
    this.#rowsPerChunk = Math.min(rowsPerInsert, MOST_ROWS);
    this.#chunks.push(this.#last);
  }

  get rows(): number {
    return this.#last.first + this.#last.rows;
  }

  /** Number of parameters in each row. */
  get width(): number {
    const [{ cells, rows } = this.#last] = this.#chunks;
    return rows === 0 ? 0 : cells.length / rows;
  }

  /** Adds a row. */
  add(parameters: readonly unknown[]): void {
    this.open().push(...parameters);
    this.added(1);
  }

  /** Returns the array to which to push the parameters of the next rows. Then call `added`. */
  open(): unknown[] {
    if (this.#last.rows >= this.#rowsPerChunk) {
      this.#last = { first: this.rows, cells: [], rows: 0 };
      this.#chunks.push(this.#last);
    }
    return this.#last.cells;
  }

  added(rows: number): void {
    this.#last.rows += rows;
  }

  /** Calls `visit` with each parameter and the number of its row. */
  forEach(visit: (parameter: unknown, row: number) => void): void {
    const { width } = this;
    for (const { first, cells } of this.#chunks) {
      for (const [at, parameter] of cells.entries()) visit(parameter, first + Math.floor(at / width));
    }
  }

  /** The parameters of the rows from `start` to `end`, exclusive. */
  slice(start: number, end: number): readonly unknown[] {
    const pieces = this.#pieces(start, end).map(({ cells, from, to }) =>
      to - from === cells.length ? cells : cells.slice(from, to),
    );
    return pieces.length === 1 ? (pieces[0] ?? []) : pieces.flat();
  }

  /** The same by column, each in pieces, with another value for `null`. */
  columns(start: number, end: number, nullValue: unknown = null): unknown[][][] {
    const { width } = this;
    const pieces = this.#pieces(start, end);
    return Array.from({ length: width }, (_, column) =>
      pieces.map(({ cells, from, to }) => {
        const values: unknown[] = [];
        for (let at = from + column; at < to; at += width) values.push(cells[at] ?? nullValue);
        return values;
      }),
    );
  }

  #pieces(start: number, end: number): Piece[] {
    const { width } = this;
    const pieces: Piece[] = [];
    for (let index = this.#chunkOf(start); ; index++) {
      const chunk = this.#chunks[index];
      if (chunk === undefined || chunk.first >= end) return pieces;
      pieces.push({
        cells: chunk.cells,
        from: Math.max(start - chunk.first, 0) * width,
        to: Math.min(end - chunk.first, chunk.rows) * width,
      });
    }
  }

  #chunkOf(row: number): number {
    let [low, high] = [0, this.#chunks.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#chunks[middle]?.first ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
