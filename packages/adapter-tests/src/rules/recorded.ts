import assert from 'node:assert/strict';
import { type IntervalsOptions, isMap, isSet, type TimeseriesType } from '@kairos/core';
import { call } from '../harness/call.js';
import { timeline } from '../harness/compare.js';
import type { StoreUnderTest, TestTimeseries } from '../harness/store-under-test.js';
import { type RecordedEvent, type RecordedQuery, type Scenario, scenarios } from '../recorded/scenarios.js';
import { rule } from '../rule.js';

type Opened = TestTimeseries<TimeseriesType, IntervalsOptions>;

/** Opens a timeseries with the events of a scenario, under its own names. */
interface Prepared {
  readonly timeseries: Opened;
  readonly nameOf: (name: string) => string;
}

export const recordedRule = rule('Answers recorded from the original', (it) => {
  // Many scenarios share the same events, which are written only once.
  const prepared = new WeakMap<StoreUnderTest, Map<string, Promise<Prepared>>>();
  for (const scenario of scenarios) {
    it(`answers as the original does: ${scenario.id}`, async (store) => {
      const known = prepared.get(store) ?? new Map<string, Promise<Prepared>>();
      prepared.set(store, known);
      const { type, intervals, events, bulk, deleted } = scenario;
      const key = JSON.stringify([type, intervals, events, bulk, deleted]);
      const found = known.get(key) ?? prepare(store, scenario);
      known.set(key, found);
      const { timeseries, nameOf } = await found;
      assert.deepEqual(await ask(timeseries, nameOf, scenario.query), scenario.answer);
    });
  }
});

async function prepare(store: StoreUnderTest, scenario: Scenario): Promise<Prepared> {
  const { type, intervals, events, bulk, deleted, query } = scenario;
  const alone = query.op === 'list';
  const timeseries: Opened = alone
    ? await store.open(type, intervals, { namespace: store.namespace() })
    : await store.shared(type, intervals);
  const names = new Map<string, string>();
  const nameOf = (name: string) => {
    if (alone) return name;
    const own = names.get(name) ?? store.name(name);
    names.set(name, own);
    return own;
  };
  if (bulk === true) await insertBulk(timeseries, nameOf, events);
  else {
    for (const [name, value, timestamp, copies = 0] of events) {
      await timeseries.insert(nameOf(name), value, { timestamp, intervals: copies });
    }
  }
  for (const name of deleted ?? []) await timeseries.delete(nameOf(name));
  return { timeseries, nameOf };
}

async function insertBulk(
  timeseries: Opened,
  nameOf: (name: string) => string,
  events: readonly RecordedEvent[],
): Promise<void> {
  const inserts = new Map<number, { [name: string]: readonly number[] }>();
  let copies = 0;
  for (const [name, value, timestamp, intervals = 0] of events) {
    const values = typeof value === 'number' ? [value] : value;
    inserts.set(timestamp, { ...inserts.get(timestamp), [nameOf(name)]: values });
    copies = intervals;
  }
  await timeseries.bulkInsert(inserts, { intervals: copies });
}

async function ask(
  timeseries: Opened,
  nameOf: (name: string) => string,
  query: RecordedQuery,
): Promise<unknown> {
  if (query.op === 'list') return timeseries.list();
  if (query.op === 'properties') return timeseries.properties(nameOf(query.name));
  const { op, name, interval, ...options } = query;
  const names = typeof name === 'string' ? nameOf(name) : name.map(nameOf);
  if (op === 'iterate') {
    const { condense = false } = query;
    const entries: unknown[] = [];
    for await (const entry of timeseries.iterate(names, interval, { condense })) entries.push(entry);
    return answerOf(entries);
  }
  const result = await call(timeseries, op, names, interval, options);
  assert.ok(result instanceof Map);
  return answerOf(timeline(result));
}

/** Data in the form of the recorded answers. */
function answerOf(data: unknown): unknown {
  if (isMap(data)) return [...data].sort(([a], [b]) => Number(a) - Number(b)).map(answerOf);
  if (isSet(data)) return [...data].sort((a, b) => Number(a) - Number(b));
  if (Array.isArray(data)) return data.map(answerOf);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, each]) => [name, answerOf(each)]));
}
