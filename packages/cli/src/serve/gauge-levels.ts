/** So many gauges are known; then the one that was heard of the longest ago is forgotten. */
const MOST_GAUGES = 100_000;

/** The last level of each gauge, for values that are relative to it. A gauge begins at 0. */
export class GaugeLevels {
  readonly #levels = new Map<string, number>();
  readonly #most: number;

  constructor(most = MOST_GAUGES) {
    this.#most = most;
  }

  /** The new level of a gauge. */
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
    // Deleted first, so that the map is in the order in which gauges were heard of.
    this.#levels.delete(name);
    this.#levels.set(name, level);
    const [oldest] = this.#levels.size > this.#most ? this.#levels.keys() : [];
    if (oldest !== undefined) this.#levels.delete(oldest);
    return level;
  }
}
