/** What the writers write: events that tell themselves apart, so that each can be found again, or be missed. */

export const TYPES = ['series', 'histogram', 'count', 'gauge', 'set'];

/** The second interval holds each minute once more, in its resolution: what differs between the two was torn apart. */
export const INTERVALS = {
  minute: { step: 60, steps: 14_400 },
  hour: { step: 3600, resolution: 60, steps: 240 },
};

const SHARED = ['shared', 'shared:b', "it's shared"];
const OWN = ['own', 'own é'];

/** Values that many events have: negative, so that they are never the value of one event. */
const HOT = [-1, -2, -3];

/** So large that few of the sums of some amounts are equal, and so small that those of a bucket are exact. */
const MOST_AMOUNT = 2 ** 38;

/** Writers have this many values each. */
const VALUES = 2 ** 26;

/**
 * An event is `{ id, name, at, order, value, hot }`. `value` is its own (the amount, of a count); `hot` one that it
 * shares, of a histogram and a set. Those with the same `order` may arrive in any order.
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

  /** Begins with events of a type that come after all of those before. */
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
   * The events of one call, in the order in which they count as arriving: by timestamp, of one bulk insert. With
   * `unordered`, all are of the order of the one before.
   */
  several(type, size, unordered) {
    const made = Array.from({ length: size }, () => this.#next(type, unordered));
    const orders = made.map(({ order }) => order);
    return made.sort((a, b) => a.at - b.at).map((event, place) => ({ ...event, order: orders[place] }));
  }

  /** Amounts whose sums tell of which they are made. */
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

  /** In one of four minutes, which move on twice a second, so that new windows come up. */
  #moment() {
    const moved = Math.floor((Date.now() - this.began) / 500);
    return this.start + 60 * (moved + Math.floor(Math.random() * 4)) + Math.floor(Math.random() * 60);
  }
}

/** The values that an event inserts. */
export function valuesOf({ value, hot }) {
  return hot === null ? [value] : [value, hot];
}

/** Which writer made an event of this value; not of a count. */
export function writerOf(value) {
  return Math.floor(value / VALUES);
}

export function minuteOf(at) {
  return at - (at % 60);
}

export function pick(choices) {
  return choices[Math.floor(Math.random() * choices.length)];
}
