/** What every benchmark writes. */

/** Midnight of today, so that what expires is still there. */
export const START = Math.floor(Date.now() / 86_400_000) * 86_400;

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
