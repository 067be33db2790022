import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { rejects, timeline } from '../harness/compare.js';
import { dataOf, MINUTE, T, types } from '../harness/model.js';
import { Random } from '../harness/random.js';
import { rule } from '../rule.js';
import { refusedTypes } from './failures.js';

const intervals = {
  minute: { step: 60 },
  hour: { step: 3600, resolution: 60 },
  day: { step: 86_400 },
} as const;

/** The intervals of inserts into a refused bucket. */
const failingIntervals = { minute: { step: 60 }, day: { step: 86_400 } } as const;

export const combiningRule = rule(
  'Rule 11: inserts in flight at the same time are sent together',
  (it, { failing, fragile, roundTrips }) => {
    for (const type of types) {
      it(`hundreds of inserts into a ${type} that are not awaited arrive in the order of the calls`, async (store) => {
        const timeseries = await store.shared(type, intervals);
        const random = new Random(types.indexOf(type) + 1);
        const names = [1, 2, 3].map(() => store.name('ordered'));
        const given = new Map<string, number[]>(names.map((name) => [name, []]));
        const calls: Promise<unknown>[] = [];
        for (let index = 0; index < 300; index++) {
          const value = type === 'count' ? index % 9 : index;
          const name = random.pick(names);
          given.get(name)?.push(value);
          const bulk = new Map([[T, { [name]: [value] }]]);
          calls.push(
            random.whole(0, 4) === 0
              ? timeseries.bulkInsert(bulk)
              : timeseries.insert(name, value, { timestamp: T }),
          );
          if (random.whole(0, 20) === 0) await nextTurn();
        }
        await Promise.all(calls);
        for (const [name, values] of given) {
          const read = timeline(await timeseries.get(name, 'hour', { timestamp: T, condense: true }));
          assert.deepEqual(
            read.map(([, data]) => data),
            [dataOf(type, values)],
          );
        }
      });

      it(`each of many inserts into a ${type} reports its own buckets`, async (store) => {
        const kept = { minute: { step: 60, steps: 2 }, day: { step: 86_400 } };
        const namespace = store.namespace('combining');
        const timeseries = await store.open(type, kept, { namespace, clock: () => T });
        const name = store.name();
        const results = await Promise.all([
          timeseries.insert(name, 1, { timestamp: T }),
          timeseries.insert(name, 1, { timestamp: T - 600 }),
          timeseries.insert(name, [], { timestamp: T }),
          timeseries.insert(name, [1, 2], { timestamp: T, intervals: -2 }),
          timeseries.bulkInsert(new Map([[T, { [name]: [1], [`${name} too`]: [1] }]])),
        ]);
        assert.deepEqual(results, [
          { stored: 2, expired: 0 },
          { stored: 1, expired: 1 },
          { stored: 0, expired: 0 },
          { stored: 5, expired: 1 },
          { stored: 4, expired: 0 },
        ]);
      });
    }

    it('inserts sent apart with combine: false are all stored', async (store) => {
      const count = await store.shared('count', intervals);
      const name = store.name();
      await Promise.all(
        Array.from({ length: 40 }, () => count.insert(name, 1, { timestamp: T, combine: false })),
      );
      assert.deepEqual(timeline(await count.get(name, 'minute', { timestamp: T })), [[MINUTE, 40]]);
    });

    it('a delete covers the inserts before it, and an insert after deleteAll writes the record again', async (store) => {
      const namespace = store.namespace();
      const count = await store.open('count', intervals, { namespace });
      const insert = (name: string) => count.insert(name, 1, { timestamp: T });
      await Promise.all([insert('a'), insert('b'), count.delete('a')]);
      assert.deepEqual(await count.list(), ['b']);
      await Promise.all([insert('a'), insert('b'), count.deleteAll()]);
      assert.deepEqual(await count.list(), []);
      await Promise.all([insert('c'), insert('d')]);
      assert.deepEqual(await count.list(), ['c', 'd']);
      const other = { ...intervals, minute: { step: 61 } };
      await rejects(() => store.open('count', other, { namespace }), 'KAIROS_CONFIGURATION');
    });

    it('close sends the inserts that wait', async (store) => {
      const namespace = store.namespace('combining');
      const name = store.name();
      const first = await store.openAlone('count', intervals, { namespace });
      const calls: Promise<unknown>[] = [];
      for (let index = 0; index < 100; index++) {
        calls.push(first.insert(name, 1, { timestamp: T }));
        if (index === 50) await nextTurn();
      }
      await first.close();
      await Promise.all(calls);
      const second = await store.open('count', intervals, { namespace });
      assert.deepEqual(timeline(await second.get(name, 'minute', { timestamp: T })), [[MINUTE, 100]]);
    });

    if (roundTrips !== undefined) {
      it('a hundred inserts of one turn cost hardly more round trips than one', async (store) => {
        const count = await store.shared('count', intervals);
        const name = store.name();
        await count.insert(name, 1, { timestamp: T });
        const used = await roundTrips(
          () => Promise.all(Array.from({ length: 100 }, () => count.insert(name, 1, { timestamp: T }))),
          store.source,
        );
        assert.ok(used <= 3, `${used} round trips`);
      });
    }

    if (failing !== undefined) {
      for (const type of refusedTypes) {
        it(`one refused bucket of a ${type} among hundreds of inserts fails only those that touch it`, async (store) => {
          const namespace = store.namespace();
          const timeseries = await store.open(type, failingIntervals, { namespace });
          const place = { namespace, type, name: 'refused', interval: 'minute', resolution: 0 };
          const undo = await failing({ ...place, bucket: MINUTE / 60, source: store.source });
          // A store may refuse more than the bucket. Then all writes are `failed`, and none may be stored.
          const alone = await Promise.allSettled([timeseries.insert('other', 1, { timestamp: T })]);
          const refusesAll = alone[0]?.status === 'rejected';
          const names = [...Array(300).keys()].map((index) =>
            index % 100 === 7 ? 'refused' : `name ${index % 5}`,
          );
          const outcomes = await Promise.allSettled(
            names.map((name, index) => timeseries.insert(name, index, { timestamp: T })),
          ).finally(undo);
          const expected = new Map<string, number[]>();
          for (const [index, name] of names.entries()) {
            const outcome = outcomes[index];
            if (outcome?.status === 'rejected') {
              assert.ok(refusesAll || name === 'refused', `${name}: ${outcome.reason}`);
              if (store.adapterOf(timeseries).capabilities.atomicEvents)
                assert.equal(outcome.reason.fate, 'failed');
              assert.notEqual(outcome.reason.cause, undefined, "the cause is the driver's error");
            } else {
              assert.notEqual(name, 'refused', 'the refused inserts reject');
              expected.set(name, [...(expected.get(name) ?? []), index]);
            }
          }
          for (const [name, values] of expected) {
            for (const interval of ['minute', 'day'] as const) {
              const [data] = (await timeseries.get(name, interval, { timestamp: T })).values();
              assert.deepEqual(data, dataOf(type, values), `${name} by ${interval}`);
            }
          }
          if (store.adapterOf(timeseries).capabilities.atomicEvents) {
            assert.deepEqual(await timeseries.properties('refused'), {}, 'no part of an event was stored');
          }
        });
      }
    }

    if (fragile !== undefined) {
      for (const type of ['count', 'series'] as const) {
        it(`if the store dies with inserts into a ${type} in flight, each reports its fate, and none is stored twice`, async (store) => {
          const namespace = store.namespace('combining');
          const way = await fragile(store.source);
          const timeseries = await store.openOver(way.source, type, intervals, { namespace });
          const [shared, ...own] = Array.from({ length: 6 }, (_, index) => store.name(`dies ${index}`));
          const ledger: { name: string; value: number; outcome: Promise<string> }[] = [];
          const insert = (name: string, value: number) => {
            const call = timeseries.insert(name, value, { timestamp: T });
            const outcome = call.then(
              () => 'stored',
              (error: { fate?: string; message: string }) => error.fate ?? `no fate: ${error.message}`,
            );
            ledger.push({ name, value, outcome });
          };
          for (let turn = 0; turn < 60; turn++) {
            for (const name of own) insert(name, turn);
            insert(shared ?? '', turn);
            if (turn === 30) way.cut();
            await sleep(turn < 30 ? 1 : 2);
          }
          const told = await Promise.all(ledger.map(({ outcome }) => outcome));
          await timeseries.close().catch(() => undefined);
          await way.close();
          const reader = await store.open(type, intervals, { namespace });
          const fates = new Set(told);
          for (const fate of fates) assert.ok(['stored', 'failed', 'unknown'].includes(fate), fate);
          for (const name of [shared ?? '', ...own]) {
            const [data] = (await reader.get(name, 'minute', { timestamp: T })).values();
            const of = (fate: string) =>
              ledger
                .filter((each, index) => each.name === name && told[index] === fate)
                .map(({ value }) => value);
            const [stored, unknown] = [of('stored'), of('unknown')];
            if (Array.isArray(data)) {
              const values = data.map(Number);
              assert.deepEqual([...new Set(values)], values, 'none is stored twice');
              const acknowledged = values.filter((value) => stored.includes(value));
              assert.deepEqual(acknowledged, stored, 'acknowledged values are stored, in order');
              for (const value of of('failed'))
                assert.ok(!values.includes(value), `${value} was told failed`);
            } else {
              const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
              const total = Number(data);
              assert.ok(
                total >= sum(stored) && total <= sum(stored) + sum(unknown),
                `${name} holds ${total}`,
              );
            }
          }
        });
      }
    }
  },
);
