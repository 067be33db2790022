/** The rows that every store shares: a count, Kairos beside hand-written code. `target` is `atLeast` or `atMost`. */
import { events, inFlight, minutesOfDay, START } from './workload.mjs';

/** `insert(name, amount, timestamp)` makes one insert on either side. */
export function insertInto(timeseries) {
  return (name, amount, timestamp) => timeseries.insert(name, amount, { timestamp });
}

export async function addSingle(comparison, hits, insert, target) {
  const inSeconds = (insert) => {
    let tick = 0;
    return () => insert('home', 1, START + (tick++ % 86_400));
  };
  await comparison.add('single insert', {
    unit: 'inserts',
    kairos: inSeconds(insertInto(hits)),
    byHand: inSeconds(insert),
    ...target,
  });
}

/** `each`: how many inserts each of the 64 callers makes per call, one after another. */
export async function addInFlight(comparison, hits, insert, { beside, each = 8, ...target }) {
  await comparison.add(`64 in flight, 20 names${beside === undefined ? '' : `, beside ${beside}`}`, {
    unit: 'inserts',
    perCall: 64 * each,
    kairos: inFlight(64, insertInto(hits), { each }),
    byHand: inFlight(64, insert, { each }),
    ...target,
  });
}

/** The cost of combining for an insert with nothing to combine with. */
export async function addAlone(comparison, hits) {
  await comparison.add('an insert on its own, beside combine: false', {
    unit: 'inserts',
    kairos: () => hits.insert('alone', 1, { timestamp: START }),
    byHand: () => hits.insert('alone', 1, { timestamp: START, combine: false }),
    atLeast: 0.95,
  });
}

export async function addBulk(comparison, hits, bulkInsert, { size = 10_000, ...target }) {
  const bulk = events(size);
  await comparison.add(`bulk insert of ${size.toLocaleString('en')}`, {
    unit: 'inserts',
    perCall: size,
    kairos: () => hits.bulkInsert(bulk),
    byHand: () => bulkInsert(bulk),
    ...target,
  });
}

/** `read(first, last)` returns [minute, amount] pairs of the name "read", which both sides write first. */
export async function addRead(comparison, hits, { bulkInsert, read }, target) {
  const minutes = minutesOfDay('read');
  await hits.bulkInsert(minutes);
  await bulkInsert(minutes);
  const first = START / 60;
  await comparison.add('read of 1,440 buckets', {
    kairos: () => hits.series('read', 'minute', { start: START, steps: 1440 }),
    byHand: async () => {
      const found = new Map(await read(first, first + 1439));
      const series = new Map();
      for (let minute = first; minute < first + 1440; minute++)
        series.set(minute * 60, found.get(minute) ?? 0);
      return series;
    },
    ...target,
  });
}
