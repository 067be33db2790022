import assert from 'node:assert/strict';
import { filled, nestedTimeline, timeline } from '../harness/compare.js';
import { dataOf, HOUR, MINUTE, T, types } from '../harness/model.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

export const namesRule = rule('Names: list, properties, delete, deleteAll', (it) => {
  for (const type of types) {
    it(`list names each ${type} once, however much data it has`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const [a, b] = [store.name('a'), store.name('b')];
      const listed = async () => (await timeseries.list()).filter((name) => name === a || name === b);
      assert.deepEqual(await listed(), []);
      await timeseries.insert(b, 1, { timestamp: T });
      for (const minute of [0, 1, 2, 90]) await timeseries.insert(a, 1, { timestamp: T + minute * 60 });
      await timeseries.insert(a, 2, { timestamp: -T, intervals: 3 });
      assert.deepEqual(await listed(), [a, b]);
    });

    it(`list of a ${type} finds the names that begin with a prefix, code unit by code unit`, async (store) => {
      const timeseries = await store.open(type, intervals, { namespace: store.namespace() });
      const long = 'x'.repeat(5000);
      const names = [
        'a',
        'A',
        'ab',
        'á',
        'b',
        'a%',
        'a_c',
        'a*?[b]',
        'a\\',
        'a\u{7f}',
        'a\u{ffff}',
        'a😀',
        'a😁b',
        '\u{10ffff}',
        `${long}y`,
        `${long}z`,
      ];
      await timeseries.bulkInsert(new Map([[T, new Map(names.map((name) => [name, [1]]))]]));
      await timeseries.insert('a gone', 1, { timestamp: T });
      await timeseries.delete('a gone');
      const surrogates = ['a\ud83d', '\ud83d', '\ude00', 'a\ud83da', '\udbff'];
      const prefixes = ['', ...names, 'ab ', 'x', long, `${long}yy`, 'a%b', '%', '_', 'a*', ...surrogates];
      for (const prefix of prefixes) {
        assert.deepEqual(
          await timeseries.list({ prefix }),
          names.filter((name) => name.startsWith(prefix)).sort(),
          `the prefix is ${JSON.stringify(prefix.slice(0, 20))}`,
        );
      }
      await timeseries.deleteAll();
    });

    it(`properties of a ${type} are its first and last bucket of each interval`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const [name, neighbour] = [store.name(), store.name('neighbour')];
      await timeseries.insert(neighbour, 1, { timestamp: 0 });
      for (const minute of [5, 200, 0, 7]) await timeseries.insert(name, 1, { timestamp: T + minute * 60 });
      assert.deepEqual(await timeseries.properties(name), {
        minute: { first: MINUTE, last: MINUTE + 200 * 60 },
        hour: { first: HOUR, last: HOUR + 3 * 3600 },
      });
      assert.deepEqual(await timeseries.properties(store.name('silent')), {});
    });

    it(`a name of a ${type} may be of any length, in every call`, async (store) => {
      const timeseries = await store.open(type, intervals, { namespace: store.namespace() });
      for (const length of [127, 128, 129, 200, 254, 255, 256, 257, 1000]) {
        const name = 'n'.repeat(length);
        await timeseries.insert(name, 1, { timestamp: T });
        assert.deepEqual(await timeseries.list(), [name]);
        assert.deepEqual(await timeseries.properties(name), {
          minute: { first: MINUTE, last: MINUTE },
          hour: { first: HOUR, last: HOUR },
        });
        assert.deepEqual(
          await timeseries.get(name, 'minute', { timestamp: T }),
          new Map([[MINUTE, dataOf(type, [1])]]),
        );
        await timeseries.delete(name);
        assert.deepEqual(await timeseries.properties(name), {});
      }
      await timeseries.deleteAll();
    });

    it(`delete removes all of one ${type}, and nothing of its neighbours`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const name = store.name('a');
      const neighbours = [`${name}b`, `${name}:b`, name.toUpperCase(), `${name} `, name.slice(0, -1)];
      const listed = async () => {
        const own = new Set([name, ...neighbours]);
        return (await timeseries.list()).filter((each) => own.has(each));
      };
      for (const each of [name, ...neighbours]) {
        await timeseries.insert(each, [1, 2], { timestamp: T });
        await timeseries.insert(each, 3, { timestamp: T + 7200 });
      }
      await timeseries.delete(name);
      const range = { start: T, end: T + 7200 };
      assert.deepEqual(filled(await timeseries.series(name, 'minute', range)), []);
      const hours = nestedTimeline(await timeseries.series(name, 'hour', range));
      assert.deepEqual(
        hours.flatMap(([, resolutions]) => resolutions),
        [],
      );
      assert.deepEqual(await timeseries.properties(name), {});
      assert.deepEqual(await listed(), [...neighbours].sort());
      for (const neighbour of neighbours) {
        assert.deepEqual(filled(await timeseries.series(neighbour, 'minute', range)), [
          [MINUTE, dataOf(type, [1, 2])],
          [MINUTE + 7200, dataOf(type, [3])],
        ]);
      }
      await timeseries.delete(store.name('never written'));
      assert.deepEqual(await listed(), [...neighbours].sort());
    });

    it(`a deleted ${type} can be written again`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const name = store.name();
      for (const round of [1, 2, 3]) {
        await timeseries.insert(name, [round, round], { timestamp: T });
        const data = await timeseries.get(name, 'minute', { timestamp: T });
        assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, [round, round])]]);
        const hour = await timeseries.get(name, 'hour', { timestamp: T });
        assert.deepEqual(timeline(hour), [[MINUTE, dataOf(type, [round, round])]]);
        await timeseries.delete(name);
        assert.deepEqual(await timeseries.properties(name), {});
      }
    });

    it(`deleteAll removes every ${type}`, async (store) => {
      const timeseries = await store.open(type, intervals, { namespace: store.namespace('deleteAll') });
      const names = ['a', 'b', 'a:b', '*', ' '];
      for (const name of names) await timeseries.insert(name, 1, { timestamp: T });
      await timeseries.deleteAll();
      assert.deepEqual(await timeseries.list(), []);
      for (const name of names) assert.deepEqual(await timeseries.properties(name), {});
      await timeseries.insert('a', 7, { timestamp: T });
      const hour = await timeseries.get('a', 'hour', { timestamp: T });
      assert.deepEqual(timeline(hour), [[MINUTE, dataOf(type, [7])]]);
      assert.deepEqual(await timeseries.list(), ['a']);
    });

    it(`a ${type} that another opening deleted can be written again`, async (store) => {
      const namespace = store.namespace('deleteAll');
      const open = () => store.open(type, intervals, { namespace });
      const [writer, other] = [await open(), await open()];
      const name = store.name();
      for (const remove of [() => other.delete(name), () => other.deleteAll()]) {
        await writer.insert(name, 1, { timestamp: T });
        await other.insert(name, 2, { timestamp: T });
        await remove();
        await writer.insert(name, 3, { timestamp: T });
        for (const each of [writer, other, await open()]) {
          assert.deepEqual(
            (await each.list()).filter((listed) => listed === name),
            [name],
          );
          for (const interval of ['minute', 'hour'] as const) {
            const data = await each.get(name, interval, { timestamp: T });
            assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, [3])]]);
          }
        }
      }
    });
  }

  for (const type of ['count', 'series'] as const) {
    it(`properties and delete cover 1,200 buckets of a ${type}`, async (store) => {
      const timeseries = await store.shared(type, { minute: intervals.minute });
      const name = store.name();
      const minutes = [...Array(1200).keys()].map((index) => MINUTE + ((index * 607) % 1200) * 60);
      const inserts = new Map(minutes.map((minute) => [minute, { [name]: [1] }]));
      assert.deepEqual(await timeseries.bulkInsert(inserts), { stored: 1200, expired: 0 });
      assert.deepEqual(await timeseries.properties(name), {
        minute: { first: MINUTE, last: MINUTE + 1199 * 60 },
      });
      await timeseries.delete(name);
      assert.deepEqual(filled(await timeseries.series(name, 'minute', { start: MINUTE, steps: 1200 })), []);
      assert.deepEqual(await timeseries.properties(name), {});
    });
  }

  it('delete and deleteAll reach the intervals of other configurations', async (store) => {
    const namespace = store.namespace();
    const { minute, hour } = intervals;
    const minutes = await store.open('count', { minute }, { namespace });
    const hours = await store.open('count', { hour }, { namespace });
    for (const name of ['a', 'b']) await minutes.insert(name, 1, { timestamp: T });
    await hours.delete('a');
    assert.deepEqual(await minutes.properties('a'), {});
    assert.deepEqual(await minutes.list(), ['b']);
    await hours.deleteAll();
    assert.deepEqual(await minutes.properties('b'), {});
  });

  it('list and properties cover only the intervals of this timeseries', async (store) => {
    const namespace = store.namespace();
    const { minute, hour } = intervals;
    const minutes = await store.open('set', { minute }, { namespace });
    const hours = await store.open('set', { hour }, { namespace });
    await minutes.insert('minutes', 1, { timestamp: T });
    await hours.insert('hours', 1, { timestamp: T });
    assert.deepEqual(await minutes.list(), ['minutes']);
    assert.deepEqual(await hours.list(), ['hours']);
    assert.deepEqual(await hours.properties('minutes'), {});
  });

  it('the adapter lists and bounds only the retention asked for, over several names too', async (store) => {
    const count = await store.open('count', intervals, { namespace: store.namespace() });
    await count.insert('a', 1, { timestamp: 600 });
    await count.insert('b', 1, { timestamp: 1200, intervals: 2 });
    const adapter = store.adapterOf(count);
    const bounds = async (names: readonly string[], oldest: number | null) => {
      const found = await adapter.bounds(names, new Map([['minute', oldest]]));
      return [...found].map(({ interval, first, last }) => ({ interval, first, last }));
    };
    assert.deepEqual(await bounds(['a', 'b'], null), [{ interval: 'minute', first: 10, last: 22 }]);
    assert.deepEqual(await bounds(['a', 'b'], 11), [{ interval: 'minute', first: 20, last: 22 }]);
    assert.deepEqual(await bounds(['b', 'silent'], 22), [{ interval: 'minute', first: 22, last: 22 }]);
    assert.deepEqual(await bounds(['a', 'b'], 23), []);
    const listed = async (oldest: number | null) =>
      [...(await adapter.list(new Map([['minute', oldest]])))].sort();
    assert.deepEqual(await listed(null), ['a', 'b']);
    assert.deepEqual(await listed(10), ['a', 'b']);
    assert.deepEqual(await listed(11), ['b']);
    assert.deepEqual(await listed(23), []);
  });

  it('list and deleteAll cover 1,200 names', async (store) => {
    const count = await store.open('count', { minute: { step: 60 } }, { namespace: store.namespace() });
    const names = [...Array(1200).keys()].map((index) => `name ${index}`);
    const inserts = new Map([[T, Object.fromEntries(names.map((name) => [name, [1]]))]]);
    assert.deepEqual(await count.bulkInsert(inserts), { stored: 1200, expired: 0 });
    assert.deepEqual(await count.list(), names.sort());
    await count.deleteAll();
    assert.deepEqual(await count.list(), []);
    assert.deepEqual(timeline(await count.get(names, 'minute', { timestamp: T })), [[MINUTE, 0]]);
  });
});
