import { freshDatabase, kairos } from './support/database.js';
import { monitored } from './support/monitored.js';
import { describeWithServer, serverUrl } from './support/server-url.js';

const types = ['series', 'histogram', 'count', 'gauge', 'set'] as const;

/** Buckets of the resolution overlap the ends of the interval's buckets. */
const intervals = { plain: { step: 60 }, finer: { step: 60, resolution: 7 } } as const;

/** The documents of a response. The driver has no type for responses. */
function firstBatchOf(reply: unknown): unknown {
  const cursor = partOf(reply, 'cursor');
  return partOf(cursor, 'firstBatch');
}

function partOf(answer: unknown, part: string): unknown {
  return typeof answer === 'object' && answer !== null ? Reflect.get(answer, part) : undefined;
}

describeWithServer('A read that adds up', () => {
  const { db, drop } = freshDatabase();
  const { client, during } = monitored(serverUrl());
  const returned: number[] = [];
  client.on('commandSucceeded', ({ reply }) => {
    const batch: unknown = firstBatchOf(reply);
    if (Array.isArray(batch)) returned.push(batch.length);
  });
  afterAll(async () => {
    await client.close();
    await drop();
  });

  it.each(types)('of a %s is what adding up afterwards makes of it', async (type) => {
    const values = await kairos.timeseries(client.db(db.databaseName), { type, intervals });
    const events = new Map<number, { [name: string]: number[] }>();
    for (let index = 0; index < 120; index++) {
      events.set(-1800 + index * 31, { [`name ${index % 3}`]: [index % 5, index % 7] });
    }
    await values.bulkInsert(events);
    for (const name of ['name 0', ['name 2', 'name 0', 'none'], 'none']) {
      for (const interval of ['plain', 'finer'] as const) {
        const range = { start: -1500, end: 1500 };
        const condensed = { ...range, condense: true } as const;
        for (const options of [condensed, { ...range, collapse: true }, { ...condensed, collapse: true }]) {
          const apart = { ...options, processRow: (data: unknown) => data } as const;
          expect(await values.series(name, interval, options)).toEqual(
            await values.series(name, interval, apart),
          );
        }
      }
    }
  });

  it.each(['histogram', 'set'] as const)('has the server add up a %s', async (type) => {
    const values = await kairos.timeseries(client.db(db.databaseName), { type, intervals });
    const minutes = Array.from({ length: 50 }, (_, minute) => [60 * minute, { many: [1, 'x', minute % 2] }]);
    await values.bulkInsert(new Map(minutes as [number, { many: (string | number)[] }][]));
    const of = async (read: () => Promise<unknown>) => {
      returned.length = 0;
      expect(await during(read)).toEqual(['aggregate']);
      return returned;
    };
    const range = { start: 0, steps: 50 };
    expect(await of(() => values.series('many', 'plain', { ...range, collapse: true }))).toEqual([3]);
    const condensed = () => values.series('many', 'finer', { ...range, condense: true });
    expect(await of(condensed)).toEqual([125]);
  });

  it('of names by their beginning finds each, in whatever plane its characters are', async () => {
    const { db: own, drop: dropOwn } = freshDatabase();
    const hits = await kairos.timeseries(own, { type: 'count', intervals });
    const last = '\u{10ffff}';
    const ends = [
      '',
      'b',
      'b\0',
      '\ud7ff',
      '\ud7ff.',
      '\ue000',
      '\uffff',
      '\u{1f600}',
      '\u{1f601}',
      last,
      `${last}${last}x`,
    ];
    const names = ['b', last, `${last}a`, ...ends.map((end) => `a${end}`)];
    await hits.bulkInsert(new Map([[0, Object.fromEntries(names.map((name) => [name, [1]]))]]));
    for (const prefix of [
      'a',
      'ab',
      'a\ud7ff',
      'a\ue000',
      'a\u{1f600}',
      'a\ud83d',
      `a${last}`,
      last,
      `${last}${last}`,
      'c',
    ]) {
      const expected = names.filter((name) => name.startsWith(prefix)).sort();
      expect([prefix, await hits.list({ prefix })]).toEqual([prefix, expected]);
    }
    await dropOwn();
  });
});
