/** Counts how often each value occurs in a bucket, for the types that keep every value. */
export const occurrencesIn = {
  series(data) {
    const times = new Map();
    for (const value of data) times.set(value, (times.get(value) ?? 0) + 1);
    return times;
  },
  histogram: (data) => new Map(data),
  set: (data) => new Map([...data].map((value) => [value, 1])),
};
