import assert from 'node:assert/strict';
import { type IntervalsOptions, Kairos, type TimeseriesType } from '@kairos/core';
import { timeline } from '../harness/compare.js';
import { types } from '../harness/model.js';
import { Random } from '../harness/random.js';
import type { StoreUnderTest, TestTimeseries } from '../harness/store-under-test.js';
import { intervalsIn } from '../harness/timezones.js';
import { memory } from '../memory/memory-backend.js';
import { MemoryStore } from '../memory/memory-store.js';
import { rule } from '../rule.js';

const coarse: IntervalsOptions = { minute: { step: 60 }, weekly: { step: 'weekly' } };

const resolved: IntervalsOptions = {
  '90 s in an hour': { step: '1h', resolution: 90 },
  'hours in days': { step: 'daily', resolution: '1h' },
  'days in months': { step: 'monthly', resolution: 'daily' },
  'weeks in years': { step: 'yearly', resolution: 'weekly' },
};

type Opened = TestTimeseries<TimeseriesType, IntervalsOptions>;

/** New Year, a leap day, a switch to summer time, and the epoch. */
const moments = [1_704_085_200, 1_709_190_000, 1_710_064_800, 0];

export const referenceRule = rule('Rule 1: the same results for the same writes as the reference', (it) => {
  for (const [place, type] of types.entries()) {
    for (const timezone of ['UTC', 'America/New_York']) {
      const seed = place * 100 + timezone.length;
      it(`random work on a ${type} in ${timezone} (seed ${seed})`, (store) =>
        compare(store, type, timezone, new Random(seed)));
    }
  }
});

async function compare(
  store: StoreUnderTest,
  type: TimeseriesType,
  timezone: string,
  random: Random,
): Promise<void> {
  const plain = intervalsIn(timezone, coarse);
  const finer = intervalsIn(timezone, resolved);
  const intervals = { ...plain, ...finer };
  const names = [store.name('a'), store.name('a:b'), store.name('__proto__')];
  const opened: Opened = await store.open(type, intervals, { timezone });
  const reference: Opened = await new Kairos([memory]).timeseries(new MemoryStore(), {
    type,
    intervals,
    timezone,
  });
  const both = [opened, reference];
  const halves = type !== 'count' || store.capabilities.fractionalCounts;
  const value = () => random.whole(-4, 4) / (halves && random.fraction() < 0.3 ? 2 : 1);
  const values = () => Array.from({ length: random.whole(1, 3) }, value);
  const moment = random.pick(moments);
  const timestamp = () => moment + random.whole(-100_000, 100_000) + random.pick([0, 0.5]);
  for (let work = 0; work < 24; work++) {
    const name = random.pick(names);
    const copies = random.pick([0, 0, 0, 1, -2]);
    if (work % 6 === 5) {
      const bulk = new Map(
        Array.from({ length: 8 }, () => [timestamp(), new Map([[random.pick(names), values()]])]),
      );
      for (const each of both) await each.bulkInsert(bulk, { intervals: copies });
    } else {
      const [at, inserted] = [timestamp(), values()];
      for (const each of both) await each.insert(name, inserted, { timestamp: at, intervals: copies });
    }
  }
  await assertSame(both, async (each) => (await each.list()).filter((name) => names.includes(name)));
  for (const name of names) await assertSame(both, (each) => each.properties(name));
  for (let question = 0; question < 12; question++) {
    const asked = random.pick([...names, names, names.slice(1)]);
    const start = timestamp();
    const range = { start, end: start + random.whole(0, 10_000) };
    const [one, other] = [random.pick(Object.keys(plain)), random.pick(Object.keys(finer))];
    await assertSame(both, async (each) => timeline(await each.series(asked, one, range)));
    await assertSame(both, async (each) => timeline(await each.get(asked, other, { timestamp: start })));
    const condensed = { ...range, condense: true } as const;
    await assertSame(both, async (each) => timeline(await each.series(asked, other, condensed)));
    const collapsed = { start: moment - 200_000, end: moment + 200_000, collapse: true } as const;
    await assertSame(both, async (each) => timeline(await each.series(asked, other, collapsed)));
  }
}

/** Asks both the same question. The second is the reference. */
async function assertSame(
  both: readonly Opened[],
  ask: (timeseries: Opened) => Promise<unknown>,
): Promise<void> {
  const [answer, expected] = await Promise.all(both.map(ask));
  assert.deepEqual(answer, expected);
}
