import assert from 'node:assert/strict';
import { rejects, timeline } from '../harness/compare.js';
import { edgeNumbers, hostileStrings } from '../harness/hostile.js';
import { dataOf, HOUR, MINUTE, T, types, valueTypes } from '../harness/model.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

/** The largest safe integer. Beyond it, doubles miss some integers. */
const LARGEST = Number.MAX_SAFE_INTEGER;

export const typesRule = rule('Rule 1: all five types work', (it) => {
  for (const type of types) {
    it(`a ${type} returns what was written, coarse and with a resolution`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const name = store.name();
      const values = [3, 1, 2, 3, 3, 7];
      for (const value of values) await timeseries.insert(name, value, { timestamp: T });
      const data = dataOf(type, values);
      const options = { timestamp: T };
      assert.deepEqual(timeline(await timeseries.get(name, 'minute', options)), [[MINUTE, data]]);
      assert.deepEqual(timeline(await timeseries.get(name, 'hour', options)), [[MINUTE, data]]);
    });

    it(`a ${type} accepts several values at once, and none`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const name = store.name();
      assert.deepEqual(await timeseries.insert(name, [4, 1, 4], { timestamp: T }), { stored: 2, expired: 0 });
      assert.deepEqual(await timeseries.insert(name, new Set([9, 5]), { timestamp: T }), {
        stored: 2,
        expired: 0,
      });
      assert.deepEqual(await timeseries.insert(name, [], { timestamp: T }), { stored: 0, expired: 0 });
      const data = await timeseries.get(name, 'minute', { timestamp: T });
      assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, [4, 1, 4, 9, 5])]]);
    });

    it(`a ${type} without data has its empty value`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const data = await timeseries.get(store.name(), 'minute', { timestamp: T });
      assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, [])]]);
    });
  }

  for (const type of valueTypes) {
    it(`the numbers of a ${type} come back as they were written`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const name = store.name();
      if (type !== 'gauge') {
        await timeseries.insert(name, [...edgeNumbers, ...edgeNumbers], { timestamp: T });
        const data = await timeseries.get(name, 'minute', { timestamp: T });
        assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, [...edgeNumbers, ...edgeNumbers])]]);
        return;
      }
      for (const [index, number] of edgeNumbers.entries()) {
        await timeseries.insert(name, number, { timestamp: T + index * 60 });
      }
      const data = await timeseries.series(name, 'minute', { start: T, steps: edgeNumbers.length });
      assert.deepEqual([...data.values()], edgeNumbers);
    });

    it(`the strings of a ${type} come back as they were written`, async (store) => {
      const timeseries = await store.shared(type, intervals, { text: true });
      const name = store.name();
      const strings = ['', ...hostileStrings.slice(0, 12), '1', '01', '1.0', 'true', 'null'];
      if (type !== 'gauge') {
        await timeseries.insert(name, [...strings, ...strings], { timestamp: T });
        const data = await timeseries.get(name, 'minute', { timestamp: T });
        assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, [...strings, ...strings])]]);
        return;
      }
      for (const [index, string] of strings.entries()) {
        await timeseries.insert(name, string, { timestamp: T + index * 60 });
      }
      const data = await timeseries.series(name, 'minute', { start: T, steps: strings.length });
      assert.deepEqual([...data.values()], strings);
    });

    it(`a ${type} tells strings from numbers, or refuses those of the wrong type`, async (store) => {
      const numbers = await store.shared(type, intervals);
      const name = store.name();
      if (store.typed) {
        const strings = await store.shared(type, intervals, { text: true });
        await rejects(() => numbers.insert(name, 'one', { timestamp: T }), 'KAIROS_INVALID_VALUE');
        await rejects(() => numbers.insert(name, '1', { timestamp: T }), 'KAIROS_INVALID_VALUE');
        await rejects(() => strings.insert(name, 1, { timestamp: T }), 'KAIROS_INVALID_VALUE');
        assert.deepEqual(await numbers.properties(name), {});
        assert.deepEqual(await strings.properties(name), {});
        return;
      }
      const mixed = [1, '1', '1.0', 0, '0', '', 10, '10', '1e1', -1, '-1', 'true'];
      if (type !== 'gauge') {
        await numbers.insert(name, mixed, { timestamp: T });
        const data = await numbers.get(name, 'minute', { timestamp: T });
        assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, mixed)]]);
        return;
      }
      for (const [index, value] of mixed.entries()) {
        await numbers.insert(name, value, { timestamp: T + index * 60 });
      }
      const data = await numbers.series(name, 'minute', { start: T, steps: mixed.length });
      assert.deepEqual([...data.values()], mixed);
    });
  }

  it('a series keeps equal values, in the order of arrival', async (store) => {
    const series = await store.shared('series', intervals);
    const name = store.name();
    const values = [5, 3, 9, 3, -1, 5, 0, 100, 20, 3];
    for (const value of values) await series.insert(name, value, { timestamp: T });
    assert.deepEqual(timeline(await series.get(name, 'minute', { timestamp: T })), [[MINUTE, values]]);
  });

  it('a histogram counts occurrences over several inserts', async (store) => {
    const histogram = await store.shared('histogram', intervals);
    const name = store.name();
    await histogram.insert(name, [7, 7, 2], { timestamp: T });
    await histogram.insert(name, [7, 0], { timestamp: T });
    await histogram.insert(name, 0, { timestamp: T });
    const data = await histogram.get(name, 'minute', { timestamp: T });
    const counts = new Map([
      [7, 3],
      [2, 1],
      [0, 2],
    ]);
    assert.deepEqual(timeline(data), [[MINUTE, counts]]);
  });

  it('a count adds 1 without an amount, and accepts negative amounts', async (store) => {
    const count = await store.shared('count', intervals);
    const name = store.name();
    await count.insert(name, undefined, { timestamp: T });
    await count.insert(name, 5, { timestamp: T });
    await count.insert(name, -9, { timestamp: T });
    assert.deepEqual(timeline(await count.get(name, 'minute', { timestamp: T })), [[MINUTE, -3]]);
  });

  it('a count that adds up to 0 is data', async (store) => {
    const count = await store.shared('count', intervals);
    const name = store.name();
    await count.insert(name, 4, { timestamp: T });
    await count.insert(name, -4, { timestamp: T });
    assert.deepEqual(await count.properties(name), {
      minute: { first: MINUTE, last: MINUTE },
      hour: { first: HOUR, last: HOUR },
    });
    assert.deepEqual(timeline(await count.get(name, 'hour', { timestamp: T })), [[MINUTE, 0]]);
  });

  it('a count that adds up to 0 is data where it was deleted before, and gone once it is deleted again', async (store) => {
    const count = await store.shared('count', intervals);
    const name = store.name();
    const bounds = { minute: { first: MINUTE, last: MINUTE }, hour: { first: HOUR, last: HOUR } };
    for (const amounts of [[0], [3, -3], [0], [5]]) {
      for (const amount of amounts) await count.insert(name, amount, { timestamp: T });
      assert.deepEqual(await count.properties(name), bounds);
      await count.delete(name);
      assert.deepEqual(await count.properties(name), {});
    }
  });

  it('a count is exact beyond 32 bits', async (store) => {
    const count = await store.shared('count', intervals);
    const [up, down] = [store.name('up'), store.name('down')];
    for (const amount of [2 ** 31, 2 ** 31, LARGEST - 2 ** 32 - 1, 1]) {
      await count.insert(up, amount, { timestamp: T });
      await count.insert(down, -amount, { timestamp: T });
    }
    assert.deepEqual(timeline(await count.get(up, 'minute', { timestamp: T })), [[MINUTE, LARGEST]]);
    assert.deepEqual(timeline(await count.get(down, 'minute', { timestamp: T })), [[MINUTE, -LARGEST]]);
  });

  it('a count adds fractions, or refuses them before anything is written', async (store) => {
    const count = await store.shared('count', intervals);
    const name = store.name();
    if (!store.capabilities.fractionalCounts) {
      await rejects(() => count.insert(name, 0.5, { timestamp: T }), 'KAIROS_INVALID_VALUE', '0.5');
      await rejects(() => count.insert(name, [1, 1.25], { timestamp: T }), 'KAIROS_INVALID_VALUE', '1.25');
      await rejects(
        () => count.bulkInsert(new Map([[T, { [name]: [1, 2.5] }]])),
        'KAIROS_INVALID_VALUE',
        '2.5',
      );
      assert.deepEqual(await count.properties(name), {});
      return;
    }
    for (const amount of [0.5, 0.25, -2, 1.125]) await count.insert(name, amount, { timestamp: T });
    assert.deepEqual(timeline(await count.get(name, 'minute', { timestamp: T })), [[MINUTE, -0.125]]);
    for (let tenth = 0; tenth < 10; tenth++) await count.insert(name, 0.1, { timestamp: T + 60 });
    const [[, total] = []] = await count.get(name, 'minute', { timestamp: T + 60 });
    assert.ok(typeof total === 'number' && Math.abs(total - 1) < 1e-9, `ten times 0.1 came to ${total}`);
  });

  it('fractions come back bit for bit, as values and as sums', async (store) => {
    const fractions = Array.from(
      { length: 200 },
      (_, index) => Math.sin(index + 1) * 10 ** ((index % 25) - 8),
    );
    const name = store.name();
    const set = await store.shared('set', intervals);
    await set.insert(name, fractions, { timestamp: T });
    const data = timeline(await set.get(name, 'minute', { timestamp: T }));
    assert.deepEqual(data, [[MINUTE, new Set(fractions)]]);
    if (!store.capabilities.fractionalCounts) return;
    const count = await store.shared('count', intervals);
    const amounts = (sign: number) =>
      new Map(fractions.map((fraction, index) => [T + index * 60, { [name]: [fraction, sign * index] }]));
    await count.bulkInsert(amounts(1));
    await count.bulkInsert(amounts(-1));
    const sums = await count.series(name, 'minute', { start: T, steps: fractions.length });
    const expected = fractions.map((fraction, index) => fraction + index + (fraction - index));
    assert.deepEqual([...sums.values()], expected);
  });

  it('a gauge returns 0 and the empty string as readings', async (store) => {
    const numbers = await store.shared('gauge', intervals);
    const strings = await store.shared('gauge', intervals, { text: true });
    const [zero, empty] = [store.name('zero'), store.name('empty')];
    await numbers.insert(zero, 5, { timestamp: T });
    await numbers.insert(zero, 0, { timestamp: T });
    await strings.insert(empty, 'text', { timestamp: T });
    await strings.insert(empty, '', { timestamp: T });
    assert.deepEqual(timeline(await numbers.get(zero, 'minute', { timestamp: T })), [[MINUTE, 0]]);
    assert.deepEqual(timeline(await strings.get(empty, 'minute', { timestamp: T })), [[MINUTE, '']]);
  });

  it('readFunc and writeFunc are applied to every value', async (store) => {
    for (const type of valueTypes) {
      const timeseries = await store.open(type, intervals, {
        writeFunc: (value) => Number(value) + 1,
        readFunc: (value) => Number(value) * 10,
      });
      const name = store.name();
      await timeseries.insert(name, [1, 2], { timestamp: T });
      const data = await timeseries.get(name, 'minute', { timestamp: T });
      assert.deepEqual(timeline(data), [[MINUTE, dataOf(type, [20, 30])]]);
    }
  });

  it('0 and -0 are one value', async (store) => {
    const histogram = await store.shared('histogram', intervals);
    const name = store.name();
    await histogram.insert(name, [0, -0, 1], { timestamp: T });
    await histogram.insert(name, -0, { timestamp: T });
    const counts = new Map([
      [0, 3],
      [1, 1],
    ]);
    assert.deepEqual(timeline(await histogram.get(name, 'minute', { timestamp: T })), [[MINUTE, counts]]);
  });
});
