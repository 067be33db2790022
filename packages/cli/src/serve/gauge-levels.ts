/** Maximum number of gauges to remember. Beyond it, the one updated longest ago is forgotten. */
const MOST_GAUGES = 100_000;

/** The last level of each gauge, to which relative values are added. A gauge begins at 0. */
export class GaugeLevels {
  readonly #levels = new Map<string, number>();
  readonly #most: number;

  constructor(most = MOST_GAUGES) {
    this.#most = most;
  }

  /** Returns the new level of a gauge. */
  next({
    name,
    value,
    relative,
  }: {
    readonly name: string;
    readonly value: number;
    readonly relative: boolean;
  }): number {
    const level = relative ? (this.#levels.get(name) ?? 0) + value : value;
    // Deleting first keeps the map in the order of updates.
    this.#levels.delete(name);
    this.#levels.set(name, level);
    const [oldest] = this.#levels.size > this.#most ? this.#levels.keys() : [];
    if (oldest !== undefined) this.#levels.delete(oldest);
    return level;
  }
}
