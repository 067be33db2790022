import { RowList } from './row-list.js';

/** Rows that follow each other in the order of keys, all probably new, or not. */
export interface RowRun {
  readonly areNew: boolean;
  readonly rows: RowList;
}

/** The rows of a write, in the order of their keys. */
export class RowRuns {
  readonly #rowsPerInsert: number;
  readonly #runs: RowRun[] = [];

  constructor(rowsPerInsert: number) {
    this.#rowsPerInsert = rowsPerInsert;
  }

  /** The list to which to add the next rows. */
  next(areNew: boolean): RowList {
    const last = this.#runs.at(-1);
    if (last?.areNew === areNew) return last.rows;
    const rows = new RowList(this.#rowsPerInsert);
    this.#runs.push({ areNew, rows });
    return rows;
  }

  /** Those that have rows. */
  get all(): readonly RowRun[] {
    return this.#runs.filter(({ rows }) => rows.rows > 0);
  }
}
