import assert from 'node:assert/strict';
import { filled, nestedTimeline, rejects, timeline } from '../harness/compare.js';
import { dataOf, MINUTE, T, types } from '../harness/model.js';
import { rule } from '../rule.js';

const DAY = 86_400;
const minute = { step: 60 } as const;

/** More minutes than two windows of any store. */
const MANY = 300;

export const windowsRule = rule('Rule 13: windows', (it) => {
  for (const type of types) {
    it(`a ${type} of ${MANY} neighbouring buckets is read from any of them to any other`, async (store) => {
      const timeseries = await store.shared(type, { minute });
      const name = store.name();
      const first = MINUTE - MANY * 60;
      const minutes = [...Array(MANY).keys()];
      await timeseries.bulkInsert(
        new Map(minutes.map((index) => [first + index * 60, { [name]: [index, index + 1] }])),
      );
      const expected = minutes.map(
        (index) => [first + index * 60, dataOf(type, [index, index + 1])] as const,
      );
      const places = [0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, MANY - 1];
      for (const from of places) {
        for (const to of [from, from + 1, from + 40, MANY - 1]) {
          const range = { start: first + from * 60, end: Math.min(first + to * 60, MINUTE - 60) };
          assert.deepEqual(
            timeline(await timeseries.series(name, 'minute', range)),
            expected.slice(from, to + 1),
            `from ${from} to ${to}`,
          );
        }
      }
      for (let from = 0; from < MANY; from++) {
        const read = timeline(await timeseries.get(name, 'minute', { timestamp: first + from * 60 }));
        assert.deepEqual(read, [expected[from]], `the bucket ${from}`);
      }
    });
  }

  it('the buckets before 1970 are neighbours of those after', async (store) => {
    const count = await store.shared('count', { minute, hour: { step: 3600, resolution: 60 } });
    const name = store.name();
    const minutes = [...Array(2 * MANY).keys()].map((index) => (index - MANY) * 60);
    await count.bulkInsert(new Map(minutes.map((timestamp, index) => [timestamp, { [name]: [index + 1] }])));
    const expected = minutes.map((timestamp, index) => [timestamp, index + 1]);
    const range = { start: -MANY * 60, end: MANY * 60 - 60 };
    assert.deepEqual(timeline(await count.series(name, 'minute', range)), expected);
    const hours = nestedTimeline(await count.series(name, 'hour', range));
    assert.deepEqual(
      hours.flatMap(([, resolutions]) => resolutions),
      expected,
    );
    for (const timestamp of [-3600, -1920, -1980, -60, 0, 60, 1860, 1920]) {
      assert.deepEqual(timeline(await count.get(name, 'minute', { timestamp })), [
        [timestamp, timestamp / 60 + MANY + 1],
      ]);
    }
    assert.deepEqual(await count.properties(name), {
      minute: { first: range.start, last: range.end },
      hour: { first: range.start, last: range.end - (range.end % 3600) },
    });
  });

  it('a window that straddles the end of the retention shows only its unexpired buckets', async (store) => {
    const steps = 50;
    const namespace = store.namespace();
    // Every place in a window where the retention can end.
    for (const shift of [0, 1, 7, 31, 32, 64, 127]) {
      const last = MINUTE - shift * 60;
      let now = last;
      const count = await store.open(
        'count',
        { minute: { step: 60, steps } },
        { namespace, clock: () => now },
      );
      const [past, both, edge] = [store.name('past'), store.name('both'), store.name('edge')];
      const oldest = last - (steps - 1) * 60;
      for (let index = 0; index < 40; index++) {
        now = oldest - (40 - index) * 60;
        await count.insert(past, 1, { timestamp: now });
        await count.insert(both, 1, { timestamp: now });
      }
      now = last;
      await count.insert(edge, 1, { timestamp: oldest });
      await count.insert(both, 1, { timestamp: oldest + 60 });
      const look = async () => {
        const listed = (await count.list()).filter((name) => [past, both, edge].includes(name));
        assert.deepEqual(listed, [both, edge].sort());
        assert.deepEqual(await count.properties(past), {});
        assert.deepEqual(await count.properties(edge), { minute: { first: oldest, last: oldest } });
        assert.deepEqual(await count.properties(both), {
          minute: { first: oldest + 60, last: oldest + 60 },
        });
        const range = { start: oldest - 40 * 60, end: last };
        assert.deepEqual(filled(await count.series(both, 'minute', range)), [[oldest + 60, 1]]);
        assert.deepEqual(filled(await count.series(edge, 'minute', range)), [[oldest, 1]]);
        assert.deepEqual(filled(await count.series(past, 'minute', range)), []);
      };
      await look();
      if (store.adapterOf(count).capabilities.expiry === 'native') continue;
      await count.expire(both);
      await count.expire();
      await look();
    }
  });

  it('a resolution that straddles two buckets keeps the data of each', async (store) => {
    const count = await store.shared('count', {
      month: { step: 'monthly', resolution: 'weekly' },
      minute: { step: 60, resolution: 7 },
    });
    const name = store.name();
    const days = [...Array(400).keys()].map((day) => T - (T % DAY) - day * DAY);
    await count.bulkInsert(new Map(days.map((timestamp) => [timestamp, { [name]: [1] }])), { intervals: 0 });
    const months = new Map<string, number>();
    for (const day of [...days].reverse()) {
      const month = new Date(day * 1000).toISOString().slice(0, 7);
      months.set(month, (months.get(month) ?? 0) + 1);
    }
    const range = { start: days.at(-1), end: T };
    const condensed = await count.series(name, 'month', { ...range, condense: true });
    assert.deepEqual(
      timeline(condensed),
      [...months].map(([month, sum]) => [Date.parse(`${month}-01T00:00:00Z`) / 1000, sum]),
    );
    const [hour, seconds] = [MINUTE - 3600, [...Array(1800).keys()]];
    const fine = store.name();
    await count.bulkInsert(new Map(seconds.map((second) => [hour + second, { [fine]: [1] }])));
    const minutes = await count.series(fine, 'minute', { start: hour, end: hour + 1799, condense: true });
    assert.deepEqual(
      timeline(minutes),
      [...Array(30).keys()].map((index) => [hour + index * 60, 60]),
    );
  });

  it('a series keeps the order of its values over many buckets', async (store) => {
    const series = await store.shared('series', { minute });
    const name = store.name();
    const first = MINUTE - 2 * MANY * 60;
    const values = [...Array(4 * MANY).keys()];
    const at = (value: number) => first + Math.floor(value / 2) * 60;
    await series.bulkInsert(
      new Map(values.filter((value) => value % 2 === 0).map((value) => [at(value), { [name]: [value] }])),
    );
    await series.bulkInsert(
      new Map(values.filter((value) => value % 2 === 1).map((value) => [at(value), { [name]: [value] }])),
    );
    const range = { start: first, end: MINUTE - 60, collapse: true } as const;
    assert.deepEqual(timeline(await series.series(name, 'minute', range)), [[first, values]]);
  });

  it('data in windows far apart is all read, bounded and deleted', async (store) => {
    const far = [-3600, 0, 978_307_200, MINUTE - 400 * DAY, MINUTE] as const;
    const namespace = store.namespace();
    const open = () =>
      store.open('count', { minute, day: { step: 'daily', resolution: 3600 } }, { namespace });
    const [count, other] = [await open(), await open()];
    const name = store.name();
    for (const timestamp of far) await count.insert(name, 1, { timestamp });
    await count.insert('neighbour', 1, { timestamp: 0 });
    assert.deepEqual((await count.properties(name)).minute, { first: -3600, last: MINUTE });
    for (const timestamp of far) {
      const around = { start: timestamp - 6000, end: timestamp + 6000 };
      const found = filled(await count.series(name, 'minute', around)).map(([minute]) => minute);
      assert.ok(found.includes(timestamp), `${timestamp} is read`);
    }
    await other.delete(name);
    for (const timestamp of far) {
      assert.deepEqual(timeline(await count.get(name, 'minute', { timestamp })), [[timestamp, 0]]);
      assert.deepEqual(timeline(await count.get(name, 'day', { timestamp })), []);
    }
    assert.deepEqual(await count.properties(name), {});
    assert.deepEqual(await count.list(), ['neighbour']);
  });

  for (const type of types) {
    it(`a writer that knew the windows of a ${type} can write it again after another deletes it`, async (store) => {
      const namespace = store.namespace();
      const open = () => store.open(type, { minute, hour: { step: 3600, resolution: 60 } }, { namespace });
      const [writer, other] = [await open(), await open()];
      const deletions = [() => other.delete('name'), () => other.deleteAll(), () => writer.delete('name')];
      for (const [round, remove] of deletions.entries()) {
        await writer.insert('name', 1, { timestamp: T });
        await writer.insert('name', 1, { timestamp: T - 60 });
        await remove();
        for (const each of [writer, other]) {
          assert.deepEqual(await each.list(), []);
          assert.deepEqual(await each.properties('name'), {});
        }
        await writer.insert('name', round + 2, { timestamp: T });
        for (const each of [writer, other, await open()]) {
          assert.deepEqual(await each.list(), ['name']);
          assert.deepEqual((await each.properties('name')).minute, { first: MINUTE, last: MINUTE });
          assert.deepEqual(filled(await each.series('name', 'minute', { start: T - 60, end: T })), [
            [MINUTE, dataOf(type, [round + 2])],
          ]);
        }
        await other.delete('name');
        assert.deepEqual(await writer.list(), []);
      }
    });
  }

  it('expire with a short retention leaves a longer one no names without data, or is refused if expiry is native', async (store) => {
    let now = T;
    const namespace = store.namespace();
    const open = (steps: number) =>
      store.open('count', { minute: { step: 60, steps } }, { namespace, clock: () => now });
    const [long, short] = [await open(1000), await open(3)];
    if (store.adapterOf(long).capabilities.expiry === 'native') {
      await rejects(() => short.expire(), 'KAIROS_UNSUPPORTED_OPERATION');
      return;
    }
    await long.insert('gone', 1, { timestamp: T });
    await long.insert('one by one', 1, { timestamp: T });
    await long.insert('kept', 1, { timestamp: T });
    now = T + 3 * 60;
    await long.insert('kept', 1, { timestamp: now });
    await short.expire('one by one');
    assert.deepEqual(await long.list(), ['gone', 'kept']);
    await short.expire();
    assert.deepEqual(await long.list(), ['kept']);
    assert.deepEqual(await long.properties('gone'), {});
    assert.deepEqual(await long.properties('kept'), { minute: { first: MINUTE + 180, last: MINUTE + 180 } });
    // Not into the deleted bucket: in some stores, counters remember it.
    await long.insert('gone', 2, { timestamp: now });
    assert.deepEqual(await long.list(), ['gone', 'kept']);
    assert.deepEqual(timeline(await long.get('gone', 'minute', { timestamp: now })), [[MINUTE + 180, 2]]);
  });
});
