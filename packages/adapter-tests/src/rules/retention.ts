import assert from 'node:assert/strict';
import { filled, rejects, timeline } from '../harness/compare.js';
import { dataOf, HOUR, MINUTE, T, types } from '../harness/model.js';
import { rule } from '../rule.js';

const DAY = 86_400;

/** Three minutes, two hours in minutes, and unlimited. */
const intervals = {
  minute: { step: 60, steps: 3 },
  hour: { step: 3600, resolution: 60, steps: 2 },
  day: { step: 'daily' },
} as const;

export const retentionRule = rule('Rule 4: retention', (it) => {
  for (const type of types) {
    it(`a ${type} is read to the last moment of its retention, and not after`, async (store) => {
      let now = T;
      const timeseries = await store.open(type, intervals, { clock: () => now });
      const name = store.name();
      const data = dataOf(type, [5]);
      assert.deepEqual(await timeseries.insert(name, 5, { timestamp: T }), { stored: 3, expired: 0 });
      now = MINUTE + 3 * 60 - 0.001;
      const options = { timestamp: T };
      assert.deepEqual(timeline(await timeseries.get(name, 'minute', options)), [[MINUTE, data]]);
      now = MINUTE + 3 * 60;
      const range = { start: T, end: T + 180 };
      assert.deepEqual(timeline(await timeseries.get(name, 'minute', options)), [[MINUTE, dataOf(type, [])]]);
      assert.deepEqual(filled(await timeseries.series(name, 'minute', range)), []);
      assert.equal(
        (await timeseries.series(name, 'minute', range)).size,
        4,
        'expired intervals leave no holes',
      );
      for await (const entry of timeseries.iterate(name, 'minute')) assert.fail(`iterates over ${entry}`);
      assert.deepEqual(timeline(await timeseries.get(name, 'hour', options)), [[MINUTE, data]]);
      now = HOUR + 2 * 3600;
      assert.deepEqual(timeline(await timeseries.get(name, 'hour', options)), []);
      assert.deepEqual(timeline(await timeseries.get(name, 'hour', { ...options, condense: true })), [
        [HOUR, dataOf(type, [])],
      ]);
      now = T + 1000 * DAY;
      assert.deepEqual(timeline(await timeseries.get(name, 'day', options)), [[T - (T % DAY), data]]);
    });

    it(`list and properties of a ${type} cover only unexpired data`, async (store) => {
      let now = T;
      const bounded = { minute: intervals.minute, hour: intervals.hour };
      const namespace = store.namespace('retention');
      const timeseries = await store.open(type, bounded, { namespace, clock: () => now });
      await timeseries.insert('old', 1, { timestamp: T - 120 });
      await timeseries.insert('new', 1, { timestamp: T - 60 });
      await timeseries.insert('new', 1, { timestamp: T });
      assert.deepEqual(await timeseries.list(), ['new', 'old']);
      assert.deepEqual(await timeseries.properties('new'), {
        minute: { first: MINUTE - 60, last: MINUTE },
        hour: { first: HOUR, last: HOUR },
      });
      now = MINUTE + 120;
      assert.deepEqual(await timeseries.properties('new'), {
        minute: { first: MINUTE, last: MINUTE },
        hour: { first: HOUR, last: HOUR },
      });
      assert.deepEqual(await timeseries.properties('old'), { hour: { first: HOUR, last: HOUR } });
      assert.deepEqual(await timeseries.list(), ['new', 'old']);
      now = HOUR + 2 * 3600 - 1;
      assert.deepEqual(await timeseries.list(), ['new', 'old']);
      now = HOUR + 2 * 3600;
      assert.deepEqual(await timeseries.list(), []);
      assert.deepEqual(await timeseries.properties('new'), {});
      await timeseries.insert('newest', 1, { timestamp: now });
      assert.deepEqual(await timeseries.list(), ['newest']);
    });

    it(`expire deletes the data of a ${type} past its retention, or is refused if expiry is native`, async (store) => {
      let now = T;
      const namespace = store.namespace('retention');
      const timeseries = await store.open(type, intervals, { namespace, clock: () => now });
      for (const name of ['a', 'ab']) {
        for (const minutes of [0, 1, 2]) {
          await timeseries.insert(name, minutes + 1, { timestamp: T - minutes * 60 });
        }
      }
      now = MINUTE + 120;
      if (store.adapterOf(timeseries).capabilities.expiry === 'native') {
        await rejects(() => timeseries.expire('a'), 'KAIROS_UNSUPPORTED_OPERATION');
        await rejects(() => timeseries.expire(), 'KAIROS_UNSUPPORTED_OPERATION');
        assert.deepEqual(filled(await timeseries.series('a', 'minute', { start: MINUTE, end: MINUTE })), [
          [MINUTE, dataOf(type, [1])],
        ]);
        return;
      }
      const minutes = async (name: string) => {
        // At that time nothing had expired, so a read shows everything still stored.
        now = T;
        const read = filled(await timeseries.series(name, 'minute', { start: T - 120, end: T }));
        now = MINUTE + 120;
        return read.map(([timestamp]) => timestamp);
      };
      await timeseries.expire('a');
      assert.deepEqual(await minutes('a'), [MINUTE]);
      assert.deepEqual(await minutes('ab'), [MINUTE - 120, MINUTE - 60, MINUTE]);
      await timeseries.expire();
      assert.deepEqual(await minutes('ab'), [MINUTE]);
      now = T;
      const hour = await timeseries.get('ab', 'hour', { timestamp: T });
      assert.deepEqual(timeline(hour), [
        [MINUTE - 120, dataOf(type, [3])],
        [MINUTE - 60, dataOf(type, [2])],
        [MINUTE, dataOf(type, [1])],
      ]);
      now = HOUR + 2 * 3600;
      await timeseries.expire();
      now = T;
      assert.deepEqual(timeline(await timeseries.get('ab', 'hour', { timestamp: T })), []);
      assert.deepEqual(await timeseries.properties('ab'), {
        day: { first: T - (T % DAY), last: T - (T % DAY) },
      });
    });

    it(`a ${type} whose data all expired can be written again, whoever expired it`, async (store) => {
      // So long before `T` that no other test in the namespace still sees it.
      let now = T - 1200;
      const namespace = store.namespace('retention');
      const bounded = { minute: intervals.minute };
      const open = () => store.open(type, bounded, { namespace, clock: () => now });
      const [writer, other] = [await open(), await open()];
      const name = store.name();
      await writer.insert(name, 1, { timestamp: now });
      await other.insert(name, 2, { timestamp: now });
      now = T - 600;
      if (store.adapterOf(other).capabilities.expiry === 'manual') await other.expire(name);
      await writer.insert(name, 3, { timestamp: now });
      for (const each of [writer, other, await open()]) {
        assert.ok((await each.list()).includes(name), `"${name}" is listed`);
        assert.deepEqual(await each.properties(name), {
          minute: { first: MINUTE - 600, last: MINUTE - 600 },
        });
        assert.deepEqual(filled(await each.series(name, 'minute', { start: T - 1200, end: now })), [
          [MINUTE - 600, dataOf(type, [3])],
        ]);
      }
    });

    it(`a ${type} that is kept for a century, or a million years, is stored and read`, async (store) => {
      const timeseries = await store.shared(type, {
        '100 years': { step: 'yearly', steps: 100 },
        '1,000,000 years': { step: '1y', resolution: '30d', steps: 1_000_000 },
        '5,000 years': { step: 'monthly', steps: 60_000 },
      });
      const name = store.name();
      const now = Math.floor(Date.now() / 1000);
      const ago = now - 50 * 365 * DAY;
      for (const timestamp of [ago, now]) {
        assert.deepEqual(await timeseries.insert(name, 1, { timestamp }), { stored: 3, expired: 0 });
        for (const interval of ['100 years', '1,000,000 years', '5,000 years'] as const) {
          const read = [...(await timeseries.get(name, interval, { timestamp })).values()];
          assert.deepEqual(read, [dataOf(type, [1])], interval);
        }
      }
    });
  }

  it('expire deletes more than 1,000 buckets of a name, or is refused if expiry is native', async (store) => {
    let now = T;
    const intervals = { minute: { step: 60, steps: 1500 } };
    const namespace = store.namespace('retention');
    const count = await store.open('count', intervals, { namespace, clock: () => now });
    const name = store.name();
    if (store.adapterOf(count).capabilities.expiry === 'native') {
      await rejects(() => count.expire(name), 'KAIROS_UNSUPPORTED_OPERATION');
      return;
    }
    const minutes = [...Array(1200).keys()].map((index) => MINUTE - ((index * 607) % 1200) * 60);
    await count.bulkInsert(new Map(minutes.map((minute) => [minute, { [name]: [1] }])));
    now = T + 1400 * 60;
    await count.expire(name);
    now = T;
    assert.deepEqual(await count.properties(name), { minute: { first: MINUTE - 99 * 60, last: MINUTE } });
    assert.equal(filled(await count.series(name, 'minute', { end: T, steps: 1200 })).length, 100);
  });

  it('expire leaves the intervals of other configurations alone, or is refused if expiry is native', async (store) => {
    let now = T;
    const clock = () => now;
    const { minute, hour } = intervals;
    const namespace = store.namespace('retention');
    const minutes = await store.open('count', { minute }, { namespace, clock });
    const hours = await store.open('count', { hour }, { namespace, clock });
    const names = [store.name(), store.name()];
    const [name = ''] = names;
    if (store.adapterOf(minutes).capabilities.expiry === 'native') {
      await rejects(() => minutes.expire(name), 'KAIROS_UNSUPPORTED_OPERATION');
      return;
    }
    for (const each of names) {
      await minutes.insert(each, 1, { timestamp: T });
      await hours.insert(each, 2, { timestamp: T });
    }
    now = T + DAY;
    await minutes.expire(name);
    await minutes.expire();
    now = T;
    for (const each of names) {
      assert.deepEqual(await minutes.properties(each), {});
      assert.deepEqual(timeline(await hours.get(each, 'hour', { timestamp: T })), [[MINUTE, 2]]);
      assert.ok((await hours.list()).includes(each), `"${each}" is listed`);
    }
  });

  it('an insert past its retention is not stored, and reports that', async (store) => {
    const count = await store.open('count', intervals, { clock: () => T });
    const name = store.name();
    assert.deepEqual(await count.insert(name, 1, { timestamp: T - 120 }), { stored: 3, expired: 0 });
    assert.deepEqual(await count.insert(name, 1, { timestamp: T - 180 }), { stored: 2, expired: 1 });
    assert.deepEqual(await count.insert(name, 1, { timestamp: T - DAY }), { stored: 1, expired: 2 });
    assert.deepEqual((await count.properties(name)).minute, { first: MINUTE - 120, last: MINUTE - 120 });
  });

  it('an insert past every retention leaves nothing behind', async (store) => {
    const namespace = store.namespace();
    const count = await store.open(
      'count',
      { minute: { step: 60, steps: 3 } },
      { namespace, clock: () => T },
    );
    assert.deepEqual(await count.insert('old', 1, { timestamp: T - 180 }), { stored: 0, expired: 1 });
    const inserts = new Map([[T - 240, { old: [1], older: [2, 3] }]]);
    assert.deepEqual(await count.bulkInsert(inserts), { stored: 0, expired: 2 });
    assert.deepEqual(await count.list(), []);
  });

  it('copies past their retention are skipped, and the others stored', async (store) => {
    const series = await store.open('series', { minute: { step: 60, steps: 3 } }, { clock: () => T });
    const [single, bulk] = [store.name('single'), store.name('bulk')];
    assert.deepEqual(await series.insert(single, 7, { timestamp: T - 60, intervals: -3 }), {
      stored: 2,
      expired: 2,
    });
    const inserts = new Map([
      [T - 60, { [bulk]: [7] }],
      [T - 120, { [bulk]: [8] }],
    ]);
    assert.deepEqual(await series.bulkInsert(inserts, { intervals: -2 }), { stored: 2, expired: 2 });
    const range = { start: T - 300, end: T };
    assert.deepEqual(filled(await series.series(single, 'minute', range)), [
      [MINUTE - 120, [7]],
      [MINUTE - 60, [7]],
    ]);
    assert.deepEqual(filled(await series.series(bulk, 'minute', range)), [
      [MINUTE - 120, [7, 8]],
      [MINUTE - 60, [7]],
    ]);
  });

  it('retention counts from the bucket, not from the last write to it', async (store) => {
    let now = T;
    const count = await store.open('count', { hour: { step: 3600, steps: 3 } }, { clock: () => now });
    const name = store.name();
    await count.insert(name, 1, { timestamp: T });
    // Leaves minutes of room, because a store with native expiry deletes while the test runs.
    now = HOUR + 3 * 3600 - 600;
    assert.deepEqual(await count.insert(name, 1, { timestamp: T }), { stored: 1, expired: 0 });
    assert.deepEqual(timeline(await count.get(name, 'hour', { timestamp: T })), [[HOUR, 2]]);
    now = HOUR + 3 * 3600;
    assert.deepEqual(timeline(await count.get(name, 'hour', { timestamp: T })), [[HOUR, 0]]);
    assert.deepEqual(await count.insert(name, 1, { timestamp: T }), { stored: 0, expired: 1 });
  });

  it('future data is kept', async (store) => {
    const count = await store.open('count', { minute: { step: 60, steps: 3 } }, { clock: () => T });
    const name = store.name();
    await count.insert(name, 1, { timestamp: T + 10 * 365 * DAY });
    await count.insert(name, 2, { timestamp: T });
    assert.deepEqual(filled(await count.series(name, 'minute', { start: T - 600, end: T + 600 })), [
      [MINUTE, 2],
    ]);
    const later = await count.get(name, 'minute', { timestamp: T + 10 * 365 * DAY });
    assert.deepEqual([...later.values()], [1]);
  });

  it("the given clock decides, however far from the machine's", async (store) => {
    for (const now of [1_000_000_000, 4_102_444_800, -1_000_000_000]) {
      const set = await store.open('set', { minute: { step: 60, steps: 10 } }, { clock: () => now });
      const name = store.name();
      assert.deepEqual(await set.insert(name, 1), { stored: 1, expired: 0 });
      assert.deepEqual(await set.insert(name, 2, { timestamp: now - 540 }), { stored: 1, expired: 0 });
      const read = await set.series(name, 'minute', { steps: 10 });
      assert.deepEqual(
        [...read.values()].filter((data) => data.size > 0),
        [new Set([2]), new Set([1])],
      );
    }
  });

  it('Gregorian retention counts calendar buckets in the timezone', async (store) => {
    let now = Date.UTC(2024, 2, 1, 4, 59) / 1000;
    const count = await store.open(
      'count',
      { monthly: { step: 'monthly', steps: 2 } },
      { timezone: 'America/New_York', clock: () => now },
    );
    const name = store.name();
    const january = Date.UTC(2024, 0, 1, 5) / 1000;
    assert.deepEqual(await count.insert(name, 1, { timestamp: january - 1 }), { stored: 0, expired: 1 });
    assert.deepEqual(await count.insert(name, 1, { timestamp: january }), { stored: 1, expired: 0 });
    assert.deepEqual(timeline(await count.get(name, 'monthly', { timestamp: january })), [[january, 1]]);
    now += 60;
    assert.deepEqual(timeline(await count.get(name, 'monthly', { timestamp: january })), [[january, 0]]);
  });

  it('steps may change from one opening to the next', async (store) => {
    const namespace = store.namespace();
    const clock = () => T;
    const longer = await store.open('count', { minute: { step: 60, steps: 10 } }, { namespace, clock });
    await longer.insert('a', 1, { timestamp: T - 540 });
    await longer.insert('a', 1, { timestamp: T - 60 });
    await longer.insert('b', 1, { timestamp: T - 540 });
    const shorter = await store.open('count', { minute: { step: 60, steps: 5 } }, { namespace, clock });
    assert.deepEqual((await shorter.properties('a')).minute, { first: MINUTE - 60, last: MINUTE - 60 });
    assert.deepEqual(await shorter.list(), ['a']);
    assert.deepEqual(filled(await shorter.series('a', 'minute', { start: T - 600, end: T })), [
      [MINUTE - 60, 1],
    ]);
    assert.deepEqual(await longer.list(), ['a', 'b']);
  });
});
