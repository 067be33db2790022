import type { Series } from '../series.js';
import { offsetSeconds } from '../time.js';

export type Scalar = number | string | boolean | null;

/** The arguments of a call, checked against the parameters of the function. */
export class Arguments {
  readonly #scalars: ReadonlyMap<string, readonly Scalar[]>;
  readonly #series: ReadonlyMap<string, readonly Series[]>;
  readonly #refuse: (problem: string) => never;

  constructor(
    scalars: ReadonlyMap<string, readonly Scalar[]>,
    series: ReadonlyMap<string, readonly Series[]>,
    refuse: (problem: string) => never,
  ) {
    this.#scalars = scalars;
    this.#series = series;
    this.#refuse = refuse;
  }

  /** The same arguments, with the evaluated series. */
  with(series: ReadonlyMap<string, readonly Series[]>): Arguments {
    return new Arguments(this.#scalars, series, this.#refuse);
  }

  series(name: string): readonly Series[] {
    return this.#series.get(name) ?? [];
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? 0;
  }

  optionalNumber(name: string): number | undefined {
    const [value] = this.#scalars.get(name) ?? [];
    return typeof value === 'number' ? value : undefined;
  }

  text(name: string): string {
    const [value] = this.#scalars.get(name) ?? [];
    return typeof value === 'string' ? value : '';
  }

  flag(name: string): boolean {
    const [value] = this.#scalars.get(name) ?? [];
    return value === true;
  }

  /** A number of points, or the text of an interval. */
  pointsOrInterval(name: string): number | string {
    const [value] = this.#scalars.get(name) ?? [];
    return typeof value === 'number' || typeof value === 'string' ? value : 0;
  }

  /** The seconds of an interval. */
  seconds(name: string): number {
    return offsetSeconds(this.text(name)) ?? 0;
  }

  all(name: string): readonly Scalar[] {
    return this.#scalars.get(name) ?? [];
  }

  /** Refuses the call. */
  refuse(problem: string): never {
    return this.#refuse(problem);
  }
}
