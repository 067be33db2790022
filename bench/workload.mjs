/** The events that every benchmark writes. */

/** Midnight of today, so that no bucket has expired yet. */
export const START = Math.floor(Date.now() / 86_400_000) * 86_400;

/** The intervals of a count. */
export const intervals = {
  minute: { step: 60 },
  hour: { step: 3600, resolution: 60 },
  day: { step: 86_400 },
};

/** Events of 20 names, one every 7.5 seconds of the day. */
export function events(count = 10_000) {
  const inserts = new Map();
  for (let index = 0; index < count; index++) {
    const timestamp = START + Math.floor(index / 4) * 30;
    const named = inserts.get(timestamp) ?? {};
    inserts.set(timestamp, named);
    named[`page ${(index * 7) % 20}`] = [1];
  }
  return inserts;
}

/** An amount in each minute of the day. */
export function minutesOfDay(name) {
  return new Map(Array.from({ length: 1440 }, (_, index) => [START + index * 60, { [name]: [index] }]));
}

/** Starts `callers` at once. Each makes `each` inserts, one after another, into one of 20 names at nearly one time. */
export function inFlight(callers, insert, { each = 8 } = {}) {
  let tick = 0;
  return () =>
    Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        for (let turn = 0; turn < each; turn++) {
          await insert(`page ${(caller + turn * 7) % 20}`, 1, START + Math.floor(tick++ / 1000));
        }
      }),
    );
}
