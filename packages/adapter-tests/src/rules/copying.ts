import assert from 'node:assert/strict';
import { copyTimeseries, verifyCopy } from '@kairos/core';
import { T } from '../harness/model.js';
import { rule } from '../rule.js';

const fine = { minute: { step: 60 } } as const;
const coarse = { hour: { step: 3600 }, day: { step: 'daily', resolution: 3600 } } as const;

export const copyingRule = rule('Copying', (it) => {
  it('a copy with coarser intervals adds up the data of the source, in order', async (store) => {
    const [source, target] = [store.namespace('copied'), store.namespace('copy')];
    for (const type of ['count', 'series'] as const) {
      const from = await store.open(type, fine, { namespace: source });
      const to = await store.open(type, coarse, { namespace: target });
      const names = [store.name(), store.name()];
      for (const name of names) {
        const inserts = Array.from(
          { length: 100 },
          (_, index) => [T + index * 777, { [name]: [index] }] as const,
        );
        await from.bulkInsert(new Map(inserts));
      }
      await copyTimeseries(from, to, { names });
      const verified = await verifyCopy(from, to, { names });
      const total = type === 'count' ? 9900 : 200;
      assert.deepEqual(
        verified.map(({ interval, found, different }) => [interval, found.total, different]),
        [
          ['hour', total, []],
          ['day', total, []],
        ],
      );
    }
  });

  it('an interrupted copy can be repeated, and counts nothing twice', async (store) => {
    const [source, target] = [store.namespace('copied'), store.namespace('copy')];
    const from = await store.open('count', fine, { namespace: source });
    const to = await store.open('count', coarse, { namespace: target });
    const [whole, part] = [store.name(), store.name()];
    for (const name of [whole, part]) {
      await from.bulkInsert(new Map([0, 60, 3600, 7200].map((after) => [T + after, { [name]: [1] }])));
    }
    await copyTimeseries(from, to, { names: [whole] });
    await to.insert(part, 1, { timestamp: T });
    const { names } = await copyTimeseries(from, to, { names: [whole, part], resume: [whole] });
    assert.equal(names, 1);
    const verified = await verifyCopy(from, to, { names: [whole, part] });
    assert.deepEqual(
      verified.map(({ found, different }) => [found.total, different]),
      [
        [8, []],
        [8, []],
      ],
    );
  });
});
