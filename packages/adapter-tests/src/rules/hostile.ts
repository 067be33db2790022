import assert from 'node:assert/strict';
import { rejects, timeline } from '../harness/compare.js';
import { hostileStrings, longStrings, nulStrings } from '../harness/hostile.js';
import { dataOf, MINUTE, T, types, valueTypes } from '../harness/model.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

export const hostileRule = rule('Rule 8: hostile names and values', (it) => {
  for (const type of types) {
    it(`any string can name a ${type}, and no two collide`, async (store) => {
      const timeseries = await store.open(type, intervals, { namespace: store.namespace() });
      const names = [...hostileStrings, ...longStrings, ...(store.capabilities.nul ? nulStrings : [])];
      for (const [index, name] of names.entries()) {
        await timeseries.insert(name, index + 1, { timestamp: T });
      }
      for (const [index, name] of names.entries()) {
        const data = timeline(await timeseries.get(name, 'minute', { timestamp: T }));
        assert.deepEqual(data, [[MINUTE, dataOf(type, [index + 1])]], shown(name));
      }
      assert.deepEqual(await timeseries.list(), [...names].sort());

      const bulk = new Map(names.map((name, index) => [name, [index + 7]]));
      await timeseries.bulkInsert(new Map([[T + 60, bulk]]));
      assert.deepEqual(await timeseries.list(), [...names].sort());
      const bucket = MINUTE / 60 + 1;
      const adapter = store.adapterOf(timeseries);
      const rows = await adapter.read({ names, interval: 'minute', first: bucket, last: bucket });
      const read = new Map([...rows].map(({ name, data }) => [name, data]));
      assert.deepEqual(read, new Map(names.map((name, index) => [name, dataOf(type, [index + 7])])));
    });
  }

  it('deleting a hostile name deletes no other', async (store) => {
    const count = await store.open('count', { minute: { step: 60 } }, { namespace: store.namespace() });
    const names = [...hostileStrings, ...longStrings];
    const named = new Map(names.map((name) => [name, [1]]));
    await count.bulkInsert(new Map([[T, named]]));
    const left = new Set(names);
    for (const name of names.filter((_, index) => index % 3 === 0 || index < 20)) {
      await count.delete(name);
      left.delete(name);
      assert.deepEqual(await count.list(), [...left].sort(), `after the delete of ${shown(name)}`);
    }
  });

  for (const type of valueTypes) {
    it(`any string can be a value of a ${type}, and no two collide`, async (store) => {
      const timeseries = await store.shared(type, intervals, { text: true });
      const name = store.name();
      const values = ['', ...hostileStrings, ...longStrings, ...(store.capabilities.nul ? nulStrings : [])];
      if (type === 'gauge') {
        for (const [index, value] of values.entries()) {
          await timeseries.insert(name, value, { timestamp: T + index * 60 });
        }
        const data = await timeseries.series(name, 'minute', { start: T, steps: values.length });
        for (const [index, read] of [...data.values()].entries()) {
          assert.equal(read, values[index], shown(values[index] ?? ''));
        }
        return;
      }
      await timeseries.insert(name, values, { timestamp: T });
      for (const value of values) await timeseries.insert(name, value, { timestamp: T });
      const [[, data] = []] = await timeseries.get(name, 'hour', { timestamp: T });
      assert.deepEqual(data, dataOf(type, [...values, ...values]));
    });
  }

  it('NUL in names and values is stored or refused', async (store) => {
    const series = await store.shared('series', intervals, { text: true });
    for (const text of nulStrings) {
      const name = store.name();
      const written = `${name} ${text}`;
      if (store.capabilities.nul) {
        await series.insert(written, text, { timestamp: T });
        assert.deepEqual(timeline(await series.get(written, 'minute', { timestamp: T })), [[MINUTE, [text]]]);
        continue;
      }
      await rejects(() => series.insert(written, 'value', { timestamp: T }), 'KAIROS_INVALID_VALUE', 'NUL');
      await rejects(() => series.insert(name, text, { timestamp: T }), 'KAIROS_INVALID_VALUE');
      await rejects(() => series.insert(name, ['a', text], { timestamp: T }), 'KAIROS_INVALID_VALUE');
      await rejects(() => series.get(written, 'minute', { timestamp: T }), 'KAIROS_INVALID_VALUE', 'NUL');
      assert.deepEqual(await series.properties(name), {});
    }
  });

  it('names of inherited properties are names like any other', async (store) => {
    const histogram = await store.shared('histogram', intervals, { text: true });
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const named = new Map(names.map((name) => [name, [name, '__proto__']]));
    await histogram.bulkInsert(new Map([[T, named]]));
    for (const name of names) {
      const data = timeline(await histogram.get(name, 'minute', { timestamp: T }));
      assert.deepEqual(data, [[MINUTE, dataOf('histogram', [name, '__proto__'])]]);
    }
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
  });
});

const shown = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
