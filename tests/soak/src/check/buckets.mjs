/** Checks one bucket, by type: compares the events that should be there with the stored data. */
import { writerOf } from '../events.mjs';
import { fateIn } from '../ledger.mjs';
import { occurrencesIn } from './occurrences.mjs';
import { MOST_UNKNOWN, subsetOf } from './subset.mjs';

/**
 * Checks a bucket of an interval. Returns the ids of the stored events, or `null` if the data does not tell.
 * `bucket` is `{ type, interval, where, events, data, atomic }`.
 */
export function checkBucket(bucket, findings) {
  if (bucket.type === 'count') return checkCount(bucket, findings);
  return bucket.type === 'gauge' ? checkGauge(bucket, findings) : checkValues(bucket, findings);
}

function checkValues({ type, interval, where, events, data, atomic }, findings) {
  const times = occurrencesIn[type](data);
  const stored = new Set();
  for (const event of events) {
    const [found, fate] = [times.get(event.value) ?? 0, fateIn(event, interval)];
    times.delete(event.value);
    if (found === 0 && fate === 'acknowledged') findings.add('lost', where, event.value);
    if (found > 0 && fate === 'failed') findings.add('found', where, event.value);
    if (found > 1) findings.add('twice', where, event.value);
    if (found > 0) stored.add(event.id);
  }
  checkHot({ type, interval, where, events, atomic }, { times, stored }, findings);
  for (const value of times.keys()) findings.add('foreign', where, value);
  if (type === 'series') checkOrder({ where, events, data }, findings);
  return stored;
}

/**
 * A shared value must be stored once for each stored event that has it. If events may be torn, the number
 * must be within bounds.
 */
function checkHot({ type, interval, where, events, atomic }, { times, stored }, findings) {
  const bounds = new Map();
  for (const event of events) {
    if (event.hot === null) continue;
    const [least, most] = bounds.get(event.hot) ?? [0, 0];
    const sure = atomic ? stored.has(event.id) : fateIn(event, interval) === 'acknowledged';
    const possible = atomic ? sure : fateIn(event, interval) !== 'failed';
    bounds.set(event.hot, [least + (sure ? 1 : 0), most + (possible ? 1 : 0)]);
  }
  for (const [value, bound] of bounds) {
    const [least, most] = type === 'set' ? bound.map((events) => Math.min(events, 1)) : bound;
    const found = times.get(value) ?? 0;
    times.delete(value);
    if (found < least) findings.add('lost', where, `${value} ${found} times, of ${least}`);
    if (found > most) findings.add('twice', where, `${value} ${found} times, of ${most}`);
  }
}

/** The acknowledged values of each writer must be in the order of its calls. */
function checkOrder({ where, events, data }, findings) {
  const byValue = new Map(events.map((event) => [event.value, event]));
  const last = new Map();
  for (const value of data) {
    const event = byValue.get(value);
    if (event?.fate !== 'acknowledged') continue;
    const writer = writerOf(value);
    const before = last.get(writer);
    if (before !== undefined && before.order > event.order) {
      findings.add('disorder', where, `${described(event)} after ${described(before)}`);
    }
    last.set(writer, event);
  }
}

/** The sum minus the acknowledged amounts must be the sum of some unknown amounts. */
function checkCount({ interval, where, events, data }, findings) {
  const of = (fate) => events.filter((event) => fateIn(event, interval) === fate);
  const [acknowledged, unknown] = [of('acknowledged'), of('unknown')];
  const rest = data - acknowledged.reduce((sum, { value }) => sum + value, 0);
  if (unknown.length > MOST_UNKNOWN) {
    findings.undecided++;
    const most = unknown.reduce((sum, { value }) => sum + value, 0);
    if (rest < 0) findings.add('lost', where, `${-rest} of a sum`);
    if (rest > most) findings.add('twice', where, `${rest - most} too much`);
    return null;
  }
  const chosen = subsetOf(
    unknown.map(({ value }) => value),
    rest,
  );
  if (chosen !== null) {
    const amounts = new Set(chosen);
    return new Set(
      [...acknowledged, ...unknown.filter(({ value }) => amounts.has(value))].map(({ id }) => id),
    );
  }
  const amounts = [...of('failed'), ...unknown].map(({ value }) => value);
  const failed = rest > 0 && amounts.length <= MOST_UNKNOWN && subsetOf(amounts, rest) !== null;
  if (failed) findings.add('found', where, `${rest} of failed amounts`);
  else if (acknowledged.some(({ value }) => value === -rest))
    findings.add('lost', where, `the amount ${-rest}`);
  else if (acknowledged.some(({ value }) => value === rest))
    findings.add('twice', where, `the amount ${rest}`);
  else findings.add(rest < 0 ? 'lost' : 'twice', where, `${rest} in a sum`);
  return null;
}

function described({ value, call, way }) {
  return `${value} (call ${call}, ${way})`;
}

/** The reading must be its writer's last acknowledged one, or an unknown one. */
function checkGauge({ interval, where, events, data }, findings) {
  const acknowledged = events.filter((event) => fateIn(event, interval) === 'acknowledged');
  if (data === null) {
    if (acknowledged.length > 0) findings.add('lost', where, `${acknowledged.length} readings`);
    return null;
  }
  const event = events.find(({ value }) => value === data);
  if (event === undefined) findings.add('foreign', where, data);
  else if (fateIn(event, interval) === 'failed') findings.add('found', where, data);
  else if (fateIn(event, interval) === 'acknowledged') {
    const later = acknowledged.find(
      ({ value, order }) => writerOf(value) === writerOf(data) && order > event.order,
    );
    if (later !== undefined)
      findings.add('lost', where, `${described(later)}, the reading is ${described(event)}`);
  }
  return null;
}
