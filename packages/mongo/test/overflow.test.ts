import { BulkInsertError } from '@kairos/core';
import { roomFor } from '../src/write/overflow.js';
import { freshDatabase, kairos } from './support/database.js';
import { monitored } from './support/monitored.js';
import { describeWithServer, itUnlessFerretDB, serverUrl } from './support/server-url.js';

const MAX = Number.MAX_VALUE;
const next = (double: number) => {
  const bits = new BigInt64Array(new Float64Array([double]).buffer);
  return new Float64Array(new BigInt64Array([(bits[0] ?? 0n) + 1n]).buffer)[0] ?? Number.NaN;
};

describe('The room that a count has for an amount', () => {
  it.each([1, -1, 0.5, 2 ** 53, 1e291, -1e291])(
    'is not asked for where the amount is %d, which fits always',
    (amount) => {
      expect(roomFor(amount)).toBeNull();
      expect(Number.isFinite(Math.sign(amount) * MAX + amount)).toBe(true);
    },
  );

  it.each([2 ** 970, 1e292, 1e300, 1e308, 1.79e308, MAX])(
    'ends exactly where a sum with %d is infinite',
    (amount) => {
      const largest = Object.values(roomFor(amount) ?? {})[0] ?? Number.NaN;
      expect(roomFor(amount)).toEqual({ $lte: largest });
      expect(roomFor(-amount)).toEqual({ $gte: -largest });
      expect(Number.isFinite(largest + amount)).toBe(true);
      expect(Number.isFinite(next(largest) + amount)).toBe(false);
    },
  );
});

describeWithServer('An amount for which a count has no room', () => {
  const own = freshDatabase();
  afterAll(() => own.drop());
  const at = { timestamp: 0 };
  const intervals = { minute: { step: 60 }, hour: { step: 3600 } } as const;

  for (const atomicEvents of [false, true]) {
    const test = atomicEvents ? itUnlessFerretDB : it;
    test(`is refused alone, with what is of its name, and the rest is stored (transactions: ${atomicEvents})`, async () => {
      const database = `${own.name}_${atomicEvents}`;
      const hits = await kairos.timeseries(own.client, { type: 'count', intervals, database, atomicEvents });
      await hits.insert('full', 1.5e308, at);
      await hits.insert('full', MAX - 1.5e308, at);
      const minutes = new Map([
        [0, { full: [1e308], other: [5] }],
        [3600, { full: [1], third: [1e308] }],
      ]);
      const error = await hits.bulkInsert(minutes).catch((reason: unknown) => reason);
      if (!(error instanceof BulkInsertError)) throw error;
      const failed = new Map<number, object>([[0, { full: [1e308] }]]);
      if (atomicEvents) failed.set(3600, { full: [1] });
      expect([error.failed, error.unknown]).toEqual([failed, new Map()]);
      expect(String(error)).toContain('"full"');
      const read = async (name: string, timestamp: number) =>
        (await hits.get(name, 'minute', { timestamp })).get(timestamp);
      expect(await read('full', 0)).toBe(MAX);
      expect([await read('full', 3600), await read('other', 0), await read('third', 3600)]).toEqual([
        atomicEvents ? 0 : 1,
        5,
        1e308,
      ]);
      await own.client.db(database).dropDatabase();
    });
  }

  it('is looked for in the command that inserts it, and with no other amount', async () => {
    const { client, during } = monitored(serverUrl());
    const filters: unknown[] = [];
    client.on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'update') for (const { q } of command.updates) filters.push(Object.keys(q));
    });
    const hits = await kairos.timeseries(client, { type: 'count', intervals, database: own.name });
    expect(await during(() => hits.insert('fits', 1, at))).toEqual(['update']);
    expect(await during(() => hits.insert('fits', 1e308, at))).toEqual(['update']);
    expect(filters).toEqual([['_id'], ['_id'], ['_id', 'buckets.0'], ['_id', 'buckets.0']]);
    await client.close();
  });
});
