/** The job of all sides: hits of 20 pages over a day, which are written in batches and read by minute and by hour. */

const DAY = 86_400;

/** Midnight of yesterday: no side may have to do with events that are still to come. */
export const START = (Math.floor(Date.now() / 1000 / DAY) - 1) * DAY;
export const END = START + DAY;
export const PAGES = Array.from({ length: 20 }, (_, index) => `page-${String(index).padStart(2, '0')}`);

/** Events in order of time, `{ timestamp, page }`, evenly over the day. No page has two in one second. */
export function eventsOfDay(count) {
  return Array.from({ length: count }, (_, index) => ({
    timestamp: START + Math.floor((index * DAY) / count),
    page: PAGES[(index * 7) % PAGES.length],
  }));
}

export function batchesOf(events, size) {
  const batches = [];
  for (let start = 0; start < events.length; start += size) batches.push(events.slice(start, start + size));
  return batches;
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

/** For sides that do not add up: the hits of each page in each minute of a batch, quiet ones too, by its start. */
export function minutesOf(batch) {
  const first = Math.floor(batch[0].timestamp / 60);
  const length = Math.floor(batch.at(-1).timestamp / 60) - first + 1;
  const pages = new Map(PAGES.map((page) => [page, new Array(length).fill(0)]));
  for (const { timestamp, page } of batch) pages.get(page)[Math.floor(timestamp / 60) - first]++;
  return { start: first * 60, pages };
}
