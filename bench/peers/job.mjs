/** The job of every side: hits of 20 pages over a day, written in batches, read by minute and by hour. */

const DAY = 86_400;

/** Midnight of yesterday, so that no event lies in the future. */
export const START = (Math.floor(Date.now() / 1000 / DAY) - 1) * DAY;
export const END = START + DAY;
export const PAGES = Array.from({ length: 20 }, (_, index) => `page-${String(index).padStart(2, '0')}`);

/**
 * Batches of `{ timestamp, page }` events over the day, in order of time. Events are up to 7 s late, so that
 * their distances vary. Up to 200,000 events, no page has two in one second, which InfluxDB and rrdtool could
 * not tell apart. No minute spans two batches, because the sides that do not add up could not write it.
 */
export function batchesOfDay(count, batches = 20) {
  const late = lateness();
  return Array.from({ length: batches }, (_, batch) => {
    const last = START + ((batch + 1) * DAY) / batches - 1;
    const length = count / batches;
    const events = Array.from({ length }, (_, place) => {
      const index = batch * length + place;
      const timestamp = START + Math.floor((index * DAY) / count) + late();
      return { timestamp: Math.min(timestamp, last), page: PAGES[(index * 7) % PAGES.length] };
    });
    return events.sort((a, b) => a.timestamp - b.timestamp);
  });
}

/** 0 to 7 in a pseudorandom order, the same in every run (Numerical Recipes' generator). */
function lateness() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 29;
  };
}

/** The answer that every side must give: each page's hits by the start of each interval that has some. */
export function hitsBy(step, events) {
  const pages = new Map(PAGES.map((page) => [page, new Map()]));
  for (const { timestamp, page } of events) {
    const hits = pages.get(page);
    const start = timestamp - (timestamp % step);
    hits.set(start, (hits.get(start) ?? 0) + 1);
  }
  return pages;
}

/** For sides that do not add up: each page's hits in every minute of a batch from `start` on, with zeros. */
export function minutesOf(batch, start) {
  const length = Math.floor((batch.at(-1).timestamp - start) / 60) + 1;
  const pages = new Map(PAGES.map((page) => [page, new Array(length).fill(0)]));
  for (const { timestamp, page } of batch) pages.get(page)[Math.floor((timestamp - start) / 60)]++;
  return { pages, end: start + length * 60 };
}
