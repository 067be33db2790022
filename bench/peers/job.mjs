/** The job of all sides: hits of 20 pages over a day, which are written in batches and read by minute and by hour. */

const DAY = 86_400;

/** Midnight of yesterday: no side may have to do with events that are still to come. */
export const START = (Math.floor(Date.now() / 1000 / DAY) - 1) * DAY;
export const END = START + DAY;
export const PAGES = Array.from({ length: 20 }, (_, index) => `page-${String(index).padStart(2, '0')}`);

/**
 * Batches of events in order of time, `{ timestamp, page }`, over the day and late by up to 7 s, so that nothing lies at
 * equal distances. Up to 200,000, no page has two in one second, which InfluxDB and rrdtool could not tell apart; no
 * minute lies in two batches, which the sides that do not add up could not write.
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

/** 0 to 7 in an order without a pattern, the same in every run (Numerical Recipes' generator). */
function lateness() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 29;
  };
}

/** What every side has to answer: the hits of each page in each interval that has some, by its start. */
export function hitsBy(step, events) {
  const pages = new Map(PAGES.map((page) => [page, new Map()]));
  for (const { timestamp, page } of events) {
    const hits = pages.get(page);
    const start = timestamp - (timestamp % step);
    hits.set(start, (hits.get(start) ?? 0) + 1);
  }
  return pages;
}

/** For sides that do not add up: the hits of each page in each minute of a batch from `start` on, quiet ones too. */
export function minutesOf(batch, start) {
  const length = Math.floor((batch.at(-1).timestamp - start) / 60) + 1;
  const pages = new Map(PAGES.map((page) => [page, new Array(length).fill(0)]));
  for (const { timestamp, page } of batch) pages.get(page)[Math.floor((timestamp - start) / 60)]++;
  return { pages, end: start + length * 60 };
}
