/** Compares the stored data with the writers' ledgers. */
import { minuteOf, TYPES } from '../events.mjs';
import { checkBucket } from './buckets.mjs';
import { Findings } from './findings.mjs';

/** `opened` are the timeseries by type; `atomic` is that of the store. Resolves to the findings. */
export async function check(opened, events, atomic) {
  const findings = new Findings();
  for (const type of TYPES) {
    const own = events.filter((event) => event.type === type);
    const whole = typeof atomic === 'boolean' ? atomic : atomic[type];
    await checkType({ type, timeseries: opened[type], events: own, atomic: whole }, findings);
  }
  return findings;
}

async function checkType({ type, timeseries, events, atomic }, findings) {
  const byName = groupBy(events, ({ name }) => name);
  const listed = await timeseries.list();
  for (const name of listed) if (!byName.has(name)) findings.add('foreign', type, `the name ${name}`);
  for (const [name, named] of byName) {
    const where = `${type} ${JSON.stringify(name)}`;
    const stored = await readName(timeseries, name, named);
    checkDirectory({ where, named, stored, listed, properties: await timeseries.properties(name) }, findings);
    const byMinute = groupBy(named, ({ at }) => minuteOf(at));
    for (const minute of new Set([...byMinute.keys(), ...stored.minute.keys(), ...stored.hour.keys()])) {
      const bucket = { type, atomic, events: byMinute.get(minute) ?? [], place: `${where} ${minute}` };
      checkMinute(bucket, stored, minute, findings);
    }
  }
}

/** Reads both intervals; returns the data of each by minute. */
async function readName(timeseries, name, events) {
  const moments = events.map(({ at }) => at);
  const range = {
    start: moments.reduce((a, b) => Math.min(a, b)),
    end: moments.reduce((a, b) => Math.max(a, b)),
  };
  const minutes = await timeseries.series(name, 'minute', range);
  const hours = await timeseries.series(name, 'hour', range);
  return {
    minute: new Map([...minutes].filter(([, data]) => !isEmpty(data))),
    hour: new Map([...hours.values()].flatMap((resolutions) => [...resolutions])),
  };
}

function isEmpty(data) {
  return data === 0 || data === null || data.length === 0 || data.size === 0;
}

const empty = { series: [], histogram: new Map(), count: 0, gauge: null, set: new Set() };

/** Both intervals must have the same data for a minute. */
function checkMinute({ type, atomic, events, place }, stored, minute, findings) {
  const [first, second] = ['minute', 'hour'].map((interval) => {
    const data = stored[interval].get(minute) ?? empty[type];
    return {
      data,
      ids: checkBucket({ type, interval, where: `${place} ${interval}`, events, data, atomic }, findings),
    };
  });
  if (type === 'gauge' || type === 'count') {
    if (atomic && first.data !== second.data) findings.add('torn', place, `${first.data} and ${second.data}`);
  }
  if (first.ids === null || second.ids === null) return;
  for (const event of events) {
    const [one, other] = [first.ids.has(event.id), second.ids.has(event.id)];
    if (event.fate === 'unknown' && (one || other)) findings.stored++;
    if (atomic && one !== other && type !== 'count') findings.add('torn', place, event.value);
  }
}

/** `list` and `properties` must agree with the stored data. */
function checkDirectory({ where, named, stored, listed, properties }, findings) {
  const isListed = listed.includes(named[0].name);
  const isStored = stored.minute.size + stored.hour.size > 0;
  if (isListed !== isStored)
    findings.add('directory', where, isListed ? 'listed, without data' : 'not listed');
  const minutes = [...stored.minute.keys()];
  const bounds = minutes.length === 0 ? undefined : { first: minutes[0], last: minutes.at(-1) };
  const told = properties.minute;
  if (told?.first !== bounds?.first || told?.last !== bounds?.last) {
    findings.add(
      'directory',
      where,
      `from ${told?.first} to ${told?.last}, not ${bounds?.first} to ${bounds?.last}`,
    );
  }
}

/** Counts events by fate. Events that are unknown only in some intervals count as unknown. */
export function countFates(events) {
  const fates = { acknowledged: 0, failed: 0, unknown: 0 };
  for (const event of events) fates[event.fate]++;
  return fates;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
