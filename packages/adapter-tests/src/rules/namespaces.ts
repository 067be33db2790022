import assert from 'node:assert/strict';
import { KairosError, type TimeseriesType } from '@kairos/core';
import { timeline } from '../harness/compare.js';
import { dataOf, MINUTE, T, types } from '../harness/model.js';
import type { StoreUnderTest, TestTimeseries } from '../harness/store-under-test.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 } } as const;

type Minutes = TestTimeseries<TimeseriesType, typeof intervals>;

export const namespacesRule = rule('Rule 8: a timeseries is its store, its namespace and its type', (it) => {
  it('two openings share the same data', async (store) => {
    for (const type of types) {
      const name = store.name();
      const first = await store.open(type, intervals);
      const second = await store.open(type, intervals);
      await first.insert(name, 1, { timestamp: T });
      await second.insert(name, 2, { timestamp: T });
      assert.deepEqual(timeline(await first.get(name, 'minute', { timestamp: T })), [
        [MINUTE, dataOf(type, [1, 2])],
      ]);
      await second.delete(name);
      assert.deepEqual(await first.properties(name), {});
    }
  });

  it('types in one namespace never see one another', async (store) => {
    const namespace = store.namespace();
    const opened: Minutes[] = [];
    for (const type of types) opened.push(await openMinutes(store, type, namespace));
    await neverSee(opened);
  });

  it('neighbouring namespaces never see one another', async (store) => {
    const base = store.namespace();
    const neighbours = [`${base}_`, `${base}_a`, `${base}a`, `${base}_count`];
    for (const [type, others] of [
      ['count', neighbours],
      ['series', neighbours.slice(0, 2)],
    ] as const) {
      const opened: Minutes[] = [];
      for (const namespace of [base, ...others]) {
        opened.push(await openMinutes(store, type, store.namespaceCalled(namespace)));
      }
      await neverSee(opened);
    }
  });

  it('namespaces that differ only in case are kept apart, or refused', async (store) => {
    const lower = store.namespace();
    const upper = store.namespaceCalled(lower.toUpperCase());
    const first = await openMinutes(store, 'count', lower);
    await first.insert('a', 1, { timestamp: T });
    const second = await openMinutes(store, 'count', upper).catch((error: unknown) => {
      assert.ok(error instanceof KairosError, String(error));
      return undefined;
    });
    if (second === undefined) {
      assert.deepEqual(await first.list(), ['a']);
      return;
    }
    await first.deleteAll();
    await neverSee([first, second]);
  });

  it('deleteAll of one leaves the record of the others', async (store) => {
    const namespace = store.namespace();
    const count = await store.open('count', intervals, { namespace });
    const set = await store.open('set', intervals, { namespace });
    await set.insert('a', 1, { timestamp: T });
    await count.deleteAll();
    await assert.rejects(
      () => openOtherwise(store, 'set', namespace),
      (error) => error instanceof KairosError && error.code === 'KAIROS_CONFIGURATION',
    );
    await openOtherwise(store, 'count', namespace);
  });
});

function openMinutes(store: StoreUnderTest, type: TimeseriesType, namespace: string): Promise<Minutes> {
  return store.open(type, intervals, { namespace });
}

function openOtherwise(store: StoreUnderTest, type: TimeseriesType, namespace: string) {
  return store.open(type, { minute: { step: 90 } }, { namespace });
}

/** Writes to and deletes from each in turn, and checks that the others keep their data. */
async function neverSee(opened: readonly Minutes[]): Promise<void> {
  const names = ['a', 'b', 'a:b', '_'];
  const valueFor = (place: number, index: number) => place * 10 + index + 1;
  for (const [place, timeseries] of opened.entries()) {
    assert.deepEqual(await timeseries.list(), []);
    await timeseries.insert(`only ${place}`, 1, { timestamp: T });
    for (const [index, name] of names.entries()) {
      await timeseries.insert(name, valueFor(place, index), { timestamp: T });
    }
  }
  const assertWhole = async (place: number, timeseries: Minutes, missing?: string) => {
    const expected = [...names.filter((name) => name !== missing), `only ${place}`].sort();
    assert.deepEqual(await timeseries.list(), expected, `${timeseries.type} ${place}`);
    for (const [index, name] of names.entries()) {
      const values = name === missing ? [] : [valueFor(place, index)];
      const read = timeline(await timeseries.get(name, 'minute', { timestamp: T }));
      assert.deepEqual(read, [[MINUTE, dataOf(timeseries.type, values)]], `${timeseries.type} ${place}`);
    }
  };
  for (const [place, timeseries] of opened.entries()) await assertWhole(place, timeseries);
  for (const [place, timeseries] of opened.entries()) {
    await timeseries.delete('a');
    for (const [other, each] of opened.entries()) {
      await assertWhole(other, each, other <= place ? 'a' : undefined);
    }
  }
  for (const [place, timeseries] of opened.entries()) {
    await timeseries.deleteAll();
    assert.deepEqual(await timeseries.list(), []);
    for (const [other, each] of opened.entries()) if (other > place) await assertWhole(other, each, 'a');
  }
}
