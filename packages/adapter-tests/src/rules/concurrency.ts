import assert from 'node:assert/strict';
import type { TimeseriesType } from '@kairos/core';
import { rejects, timeline } from '../harness/compare.js';
import { dataOf, HOUR, MINUTE, T, types } from '../harness/model.js';
import type { StoreUnderTest, TestTimeseries } from '../harness/store-under-test.js';
import { runInProcesses } from '../processes/run.js';
import type { TaskInsert } from '../processes/task.js';
import { rule } from '../rule.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

type Opened = TestTimeseries<TimeseriesType, typeof intervals>;

const WRITERS = 4;
const EACH = 15;

export const concurrencyRule = rule('Rule 6: concurrent writers never lose an update', (it) => {
  for (const type of types) {
    it(`concurrent inserts into one bucket of a ${type} are all stored`, async (store) => {
      const namespace = store.namespace('concurrency');
      const writers = await openSeveral(store, type, namespace);
      const name = store.name();
      const values = [...Array(WRITERS * EACH).keys()].map((index) => index % 7);
      const apart = (index: number) => ({ timestamp: T, combine: index % 8 < WRITERS });
      await Promise.all(
        values.map((value, index) => writers[index % WRITERS]?.insert(name, value, apart(index))),
      );
      await assertHoldsAll(await openOne(store, type, namespace), name, values);
    });

    it(`concurrent bulk inserts into a ${type} are all stored, whatever the order of their names`, async (store) => {
      const namespace = store.namespace('concurrency');
      const writers = await openSeveral(store, type, namespace);
      const names = [...Array(12).keys()].map((index) => store.name(`bulk ${index}`));
      const orders = [names, [...names].reverse(), names.filter((_, index) => index % 2 === 0)];
      const written = new Map<string, number[]>(names.map((name) => [name, []]));
      const bulks = [...Array(WRITERS * 3).keys()].map((round) => {
        const named = (orders[round % orders.length] ?? []).map((name) => {
          written.get(name)?.push(round, round);
          return [name, [round, round]] as const;
        });
        return new Map([[T, new Map(named)]]);
      });
      await Promise.all(
        bulks.map((bulk, round) => writers[round % WRITERS]?.bulkInsert(bulk, { combine: false })),
      );
      const reader = await openOne(store, type, namespace);
      for (const [name, values] of written) await assertHoldsAll(reader, name, values);
    });

    it(`inserts into a ${type} are all stored while others delete and expire`, async (store) => {
      let now = T - 1000;
      const namespace = store.namespace('concurrency');
      const minutes = { minute: { step: 60, steps: 3 } };
      const writers = await openSeveral(store, type, namespace);
      const remover = await store.open(type, minutes, { namespace, clock: () => now });
      const [kept, deleted] = [
        writers.map(() => store.name('kept')),
        writers.map(() => store.name('deleted')),
      ];
      for (const name of [...kept, ...deleted]) await remover.insert(name, 1, { timestamp: now });
      now = T;
      const fresh = writers.map(() => store.name('new'));
      const values = [...Array(8).keys()];
      const write = async (writer: Opened, place: number) => {
        for (const value of values) {
          for (const names of [kept, fresh]) await writer.insert(names[place] ?? '', value, { timestamp: T });
        }
      };
      const removeAll = async () => {
        for (const name of deleted) await remover.delete(name);
      };
      const expireAll = async () => {
        if (store.adapterOf(remover).capabilities.expiry === 'native') return;
        for (const name of kept) await remover.expire(name);
        await remover.expire();
      };
      await Promise.all([...writers.map(write), removeAll(), expireAll()]);
      const reader = await openOne(store, type, namespace);
      const listed = new Set(await reader.list());
      for (const name of [...kept, ...fresh]) {
        await assertHoldsAll(reader, name, values);
        assert.ok(listed.has(name), `"${name}" is listed`);
      }
      for (const name of deleted) assert.deepEqual(await reader.properties(name), {});
    });

    it(`opening one new ${type} several times at once works, and each can be written as soon as it is open`, async (store) => {
      const namespace = store.namespace();
      await Promise.all(
        [...Array(6).keys()].map(async (value) => {
          const timeseries = await openOne(store, type, namespace);
          await timeseries.insert('a', value, { timestamp: T });
        }),
      );
      await assertHoldsAll(await openOne(store, type, namespace), 'a', [0, 1, 2, 3, 4, 5]);
    });
  }

  it('the inserts of one writer stay in order, whatever others write meanwhile', async (store) => {
    const namespace = store.namespace('concurrency');
    const name = store.name();
    const writers = await openSeveral(store, 'series', namespace);
    await Promise.all(
      writers.map(async (writer, place) => {
        for (let index = 0; index < EACH; index++) {
          await writer.insert(name, place * 100 + index, { timestamp: T });
        }
      }),
    );
    const reader = await store.open('series', intervals, { namespace });
    const [data = []] = (await reader.get(name, 'minute', { timestamp: T })).values();
    const numbers = data.map(Number);
    for (const place of writers.keys()) {
      const own = numbers.filter((value) => Math.floor(value / 100) === place);
      assert.deepEqual(
        own,
        [...Array(EACH).keys()].map((index) => place * 100 + index),
      );
    }
  });

  it('concurrently added intervals are all recorded', async (store) => {
    const namespace = store.namespace();
    const steps = [10, 20, 30, 40, 50, 60];
    const named = (step: number) => `every ${step}`;
    await Promise.all(steps.map((step) => store.open('count', { [named(step)]: { step } }, { namespace })));
    for (const step of steps) {
      const other = { [named(step)]: { step: step + 1 } };
      await rejects(() => store.open('count', other, { namespace }), 'KAIROS_CONFIGURATION', String(step));
    }
  });

  it('if contradicting configurations are opened at once, one wins', async (store) => {
    const namespace = store.namespace();
    const steps = [60, 30, 60, 30, 60, 30];
    const outcomes = await Promise.allSettled(
      steps.map((step) => store.open('count', { minute: { step } }, { namespace })),
    );
    const won = new Set(steps.filter((_, index) => outcomes[index]?.status === 'fulfilled'));
    assert.equal(won.size, 1, `opened with steps of ${[...won].join(' and ')}`);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      await rejects(() => Promise.reject(outcome.reason), 'KAIROS_CONFIGURATION');
    }
  });

  it('two processes that write the same buckets lose nothing', async (store) => {
    const { process: factory } = store.factory;
    if (!store.capabilities.shared) return assertNotShared(store);
    assert.ok(factory, 'the adapter declares "shared": give the factory a "process"');
    const namespace = store.namespace('concurrency');
    const name = store.name();
    const openings = types.map((type) => ({ type, intervals, namespace }));
    for (const type of types) await store.open(type, intervals, { namespace });
    const tasks = [0, 1].map((place) => {
      const inserts: TaskInsert[] = [];
      for (let index = 0; index < 40; index++) {
        const values = [place * 1000 + index, index % 5];
        inserts.push({ name, values, timestamp: T, bulk: index % 4 === 0 });
      }
      return { openings, opensOnGo: false, inserts };
    });
    await runInProcesses(factory, tasks);
    const values = tasks.flatMap(({ inserts }) => inserts.flatMap((insert) => insert.values));
    for (const type of types) {
      await assertHoldsAll(await openOne(store, type, namespace), name, values);
    }
  });

  it('several processes can open the same new timeseries at once', async (store) => {
    const { process: factory } = store.factory;
    if (!store.capabilities.shared) return assertNotShared(store);
    assert.ok(factory, 'the adapter declares "shared": give the factory a "process"');
    const namespace = store.namespace();
    const openings = types.map((type) => ({ type, intervals, namespace }));
    const tasks = [1, 2, 3, 4].map((value) => ({
      openings,
      opensOnGo: true,
      inserts: [{ name: 'a', values: [value], timestamp: T, bulk: false }],
    }));
    await runInProcesses(factory, tasks);
    for (const type of types) {
      await assertHoldsAll(await openOne(store, type, namespace), 'a', [1, 2, 3, 4]);
      const other = { minute: { step: 61 } };
      await rejects(() => store.open(type, other, { namespace }), 'KAIROS_CONFIGURATION');
    }
  });
});

async function assertNotShared({ factory }: StoreUnderTest): Promise<void> {
  assert.equal(
    factory.process,
    undefined,
    'the adapter does not declare "shared", but its factory has a "process"',
  );
}

async function openSeveral(
  store: StoreUnderTest,
  type: TimeseriesType,
  namespace: string,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (let index = 0; index < WRITERS; index++) opened.push(await openOne(store, type, namespace));
  return opened;
}

function openOne(store: StoreUnderTest, type: TimeseriesType, namespace: string): Promise<Opened> {
  return store.open(type, intervals, { namespace });
}

/** Checks that a bucket holds all values, in any order. */
async function assertHoldsAll(timeseries: Opened, name: string, values: readonly number[]): Promise<void> {
  const { type } = timeseries;
  const expected = unordered(dataOf(type, values));
  const options = { timestamp: T, condense: true } as const;
  for (const interval of ['minute', 'hour'] as const) {
    const read = timeline(await timeseries.get(name, interval, options));
    assert.deepEqual(
      read.map(([timestamp]) => timestamp),
      [interval === 'minute' ? MINUTE : HOUR],
    );
    for (const [, data] of read) {
      if (type === 'gauge') assert.ok(values.includes(Number(data)), `the gauge is at ${data}`);
      else assert.deepEqual(unordered(data), expected);
    }
  }
}

function unordered(data: unknown): unknown {
  return Array.isArray(data) ? [...data].map(Number).sort((a, b) => a - b) : data;
}
