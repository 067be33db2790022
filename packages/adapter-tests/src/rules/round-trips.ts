import assert from 'node:assert/strict';
import { MINUTE, T, types } from '../harness/model.js';
import { rule } from '../rule.js';

const intervals = {
  second: { step: 1 },
  minute: { step: 60 },
  hour: { step: 3600, resolution: 60 },
} as const;

export const roundTripsRule = rule('Rule 7: round trips', (it, { roundTrips: count }) => {
  if (count === undefined) return;
  for (const type of types) {
    it(`an insert into a ${type} is one round trip, whatever it touches`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const name = store.name();
      const inserts = [
        () => timeseries.insert(name, 1, { timestamp: T }),
        () => timeseries.insert(name, [1, 2, 3, 4], { timestamp: T }),
        () => timeseries.insert(name, 1, { timestamp: T, intervals: -10 }),
      ];
      for (const insert of inserts) assert.equal(await count(insert, store.source), 1);
    });

    it(`a read of a ${type} is one round trip, over any names and buckets`, async (store) => {
      const timeseries = await store.shared(type, intervals);
      const names = [...Array(25).keys()].map(() => store.name());
      const named = Object.fromEntries(names.map((name) => [name, [1]]));
      await timeseries.bulkInsert(new Map([[T, named]]), { intervals: 20 });
      const [name = ''] = names;
      const range = { start: T, end: T + 1800 };
      const reads = [
        () => timeseries.get(name, 'minute', { timestamp: T }),
        () => timeseries.get(names, 'hour', { timestamp: T }),
        () => timeseries.series(name, 'second', range),
        () => timeseries.series(names, 'second', range),
        () => timeseries.series(names, 'hour', { ...range, end: T + 86_400, condense: true }),
        () => timeseries.series(names, 'minute', { ...range, collapse: true, transform: 'count' }),
        () => timeseries.seriesByName(names, 'minute', range),
        () => timeseries.seriesByName(names, 'hour', { ...range, collapse: true }),
      ];
      for (const read of reads) assert.equal(await count(read, store.source), 1);
    });

    it(`a bulk insert into a ${type} merges equal buckets first`, async (store) => {
      const timeseries = await store.shared(type, { minute: intervals.minute });
      const [few, many] = [store.name('few'), store.name('many')];
      const small = new Map([[MINUTE, { [few]: [1] }]]);
      const large = new Map([...Array(600).keys()].map((index) => [MINUTE + index / 10, { [many]: [1, 2] }]));
      const trips = await count(() => timeseries.bulkInsert(small), store.source);
      assert.equal(await count(() => timeseries.bulkInsert(large), store.source), trips);
      assert.equal((await timeseries.bulkInsert(large)).stored, 1);
    });
  }
});
