/** The events that writers insert. Each is distinguishable, so the check can find it or miss it. */

export const TYPES = ['series', 'histogram', 'count', 'gauge', 'set'];

/**
 * The second interval stores each minute again, as a resolution. Any difference between the two means that an
 * event was torn.
 */
export const INTERVALS = {
  minute: { step: 60, steps: 14_400 },
  hour: { step: 3600, resolution: 60, steps: 240 },
};

const SHARED = ['shared', 'shared:b', "it's shared"];
const OWN = ['own', 'own é'];

/** Values that many events share. They are negative, so they never equal an event's own value. */
const HOT = [-1, -2, -3];

/** Large enough that few sums of amounts are equal, and small enough that a bucket's sums are exact. */
const MOST_AMOUNT = 2 ** 38;

/** Number of values for each writer. */
const VALUES = 2 ** 26;

/**
 * An event is `{ id, name, at, order, value, hot }`. `value` belongs to this event alone (for a count, it is
 * the amount); `hot` is a shared value, for histograms and sets. Events with the same `order` may arrive in
 * any order.
 */
export class Events {
  #serial = 0;
  #orders = Object.fromEntries(TYPES.map((type) => [type, 0]));
  #amounts = new Set();

  constructor({ writer, start }) {
    this.writer = writer;
    this.start = start;
    this.began = Date.now();
  }

  get made() {
    return this.#serial;
  }

  /** Starts a new order: later events of a type come after all earlier ones. */
  nextOrder(type) {
    this.#orders[type]++;
  }

  #next(type, unordered) {
    const id = this.writer * VALUES + this.#serial++;
    if (!unordered) this.nextOrder(type);
    const value = type === 'count' ? this.#amount() : id;
    const hot = type === 'histogram' || type === 'set' ? pick(HOT) : null;
    return { id, name: this.#name(), at: this.#moment(), order: this.#orders[type], value, hot };
  }

  /**
   * Returns the events of one call in their order of arrival: for a bulk insert, by timestamp. With
   * `unordered`, all have the order of the event before.
   */
  several(type, size, unordered) {
    const made = Array.from({ length: size }, () => this.#next(type, unordered));
    const orders = made.map(({ order }) => order);
    return made.sort((a, b) => a.at - b.at).map((event, place) => ({ ...event, order: orders[place] }));
  }

  /** Draws amounts whose sums reveal their parts. */
  #amount() {
    for (;;) {
      const amount = 1 + Math.floor(Math.random() * MOST_AMOUNT);
      if (this.#amounts.has(amount)) continue;
      this.#amounts.add(amount);
      return amount;
    }
  }

  #name() {
    return Math.random() < 0.5 ? pick(SHARED) : `${pick(OWN)} ${this.writer}`;
  }

  /**
   * A moment in one of four minutes. The minutes advance twice a second, so that writers reach new windows.
   */
  #moment() {
    const moved = Math.floor((Date.now() - this.began) / 500);
    return this.start + 60 * (moved + Math.floor(Math.random() * 4)) + Math.floor(Math.random() * 60);
  }
}

/** The values that an event inserts. */
export function valuesOf({ value, hot }) {
  return hot === null ? [value] : [value, hot];
}

/** The writer of an event, found by its value. Not for counts. */
export function writerOf(value) {
  return Math.floor(value / VALUES);
}

export function minuteOf(at) {
  return at - (at % 60);
}

export function pick(choices) {
  return choices[Math.floor(Math.random() * choices.length)];
}
