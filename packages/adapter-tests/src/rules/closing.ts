import assert from 'node:assert/strict';
import { rejects, timeline } from '../harness/compare.js';
import { MINUTE, T } from '../harness/model.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 } } as const;

export const closingRule = rule('Closing', (it) => {
  it('after close, every call but close is refused', async (store) => {
    const count = await store.openAlone('count', intervals, { namespace: store.namespace() });
    await count.insert('a', 1, { timestamp: T });
    await count.close();
    await count.close();
    const calls = [
      () => count.insert('a', 1),
      () => count.bulkInsert(new Map([[T, { a: [1] }]])),
      () => count.get('a', 'minute'),
      () => count.series('a', 'minute'),
      () => count.iterate('a', 'minute').next(),
      () => count.list(),
      () => count.properties('a'),
      () => count.delete('a'),
      () => count.deleteAll(),
    ];
    for (const call of calls) await rejects(call, 'KAIROS_STORAGE', 'closed');
  });

  it('closing one timeseries leaves the others of its source open', async (store) => {
    const namespace = store.namespace();
    const first = await store.openAlone('count', intervals, { namespace });
    const second = await store.open('count', intervals, { namespace });
    const third = await store.open('series', intervals, { namespace });
    await first.insert('a', 1, { timestamp: T });
    await first.close();
    await second.insert('a', 2, { timestamp: T });
    await third.insert('a', 3, { timestamp: T });
    assert.deepEqual(timeline(await second.get('a', 'minute', { timestamp: T })), [[MINUTE, 3]]);
    assert.deepEqual(timeline(await third.get('a', 'minute', { timestamp: T })), [[MINUTE, [3]]]);
  });

  it('data outlives the timeseries that wrote it', async (store) => {
    const namespace = store.namespace();
    const first = await store.openAlone('gauge', intervals, { namespace });
    await first.insert('a', 5, { timestamp: T });
    await first.close();
    const second = await store.open('gauge', intervals, { namespace });
    assert.deepEqual(timeline(await second.get('a', 'minute', { timestamp: T })), [[MINUTE, 5]]);
  });

  it('close waits for writes in flight', async (store) => {
    const namespace = store.namespace();
    const first = await store.openAlone('count', intervals, { namespace });
    const started = [1, 2, 3].map((amount) => first.insert('a', amount, { timestamp: T }));
    const settled = Promise.allSettled(started);
    await first.close();
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      started.map(() => 'fulfilled'),
    );
    const second = await store.open('count', intervals, { namespace });
    assert.deepEqual(timeline(await second.get('a', 'minute', { timestamp: T })), [[MINUTE, 6]]);
  });

  it('close waits for reads in flight', async (store) => {
    const namespace = store.namespace();
    const first = await store.openAlone('gauge', intervals, { namespace });
    await first.insert('a', 5, { timestamp: T });
    const settled = Promise.all([
      first.get('a', 'minute', { timestamp: T }).then(timeline),
      first.list(),
      first.properties('a'),
    ]);
    await first.close();
    assert.deepEqual(await settled, [[[MINUTE, 5]], ['a'], { minute: { first: MINUTE, last: MINUTE } }]);
  });

  it('a refused opening leaves the source usable', async (store) => {
    const namespace = store.namespace();
    const count = await store.open('count', intervals, { namespace });
    await rejects(() => store.open('count', { minute: { step: 7 } }, { namespace }), 'KAIROS_CONFIGURATION');
    await count.insert('a', 1, { timestamp: T });
    assert.deepEqual(await count.list(), ['a']);
  });
});
