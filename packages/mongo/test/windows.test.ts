import { InvalidValueError } from '@kairos/core';
import { WINDOW_SIZE } from '../src/layout.js';
import { isConflict } from '../src/session/driver-error.js';
import { freshDatabase, kairos } from './support/database.js';
import { monitored } from './support/monitored.js';
import { describeWithServer, serverUrl } from './support/server-url.js';

const intervals = { minute: { step: 60 } } as const;
const MINUTES = 60 * WINDOW_SIZE;

describeWithServer('windows', () => {
  const { db, drop } = freshDatabase();
  afterAll(drop);

  const documents = (name: string, interval = 'minute') =>
    db.collection('kairos_count').find({ name, interval }).sort({ window: 1 }).toArray();

  it('begin and end where they should, before 1970 too', async () => {
    const hits = await kairos.timeseries(db, { type: 'count', intervals });
    const edges = [-MINUTES - 60, -MINUTES, -60, 0, MINUTES - 60, MINUTES];
    await hits.bulkInsert(new Map(edges.map((timestamp, index) => [timestamp, { edges: [index + 1] }])));
    expect((await documents('edges')).map(({ window, buckets, last }) => [window, buckets, last])).toEqual([
      [-2, { '-129': 1 }, -129],
      [-1, { '-128': 2, '-1': 3 }, -1],
      [0, { '0': 4, '127': 5 }, 127],
      [1, { '128': 6 }, 128],
    ]);
    const [start = 0] = edges;
    const read = await hits.series('edges', 'minute', { start, end: MINUTES });
    expect([...read].filter(([, count]) => count > 0)).toEqual(
      edges.map((timestamp, index) => [timestamp, index + 1]),
    );
    for (const [index, timestamp] of edges.entries()) {
      expect([...(await hits.get('edges', 'minute', { timestamp })).values()]).toEqual([index + 1]);
    }
    expect(await hits.properties('edges')).toEqual({ minute: { first: start, last: MINUTES } });
  });

  it('keep a resolution bucket apart for each bucket that it straddles', async () => {
    const straddling = { minute: { step: 60, resolution: 7 } } as const;
    for (const type of ['count', 'gauge'] as const) {
      const own = freshDatabase();
      const values = await kairos.timeseries(own.db, { type, intervals: straddling });
      // The seconds 56 to 62 are one bucket of the resolution.
      for (const timestamp of [-1, 0, 57, 59, 60, 62, 63])
        await values.insert('a', timestamp + 10, { timestamp });
      const found = await values.series('a', 'minute', { start: -60, end: 60 });
      const count = type === 'count';
      expect(found).toEqual(
        new Map([
          [-60, new Map([[-7, 9]])],
          [
            0,
            new Map([
              [0, 10],
              [56, count ? 67 + 69 : 69],
            ]),
          ],
          [
            60,
            new Map([
              [60, count ? 70 + 72 : 72],
              [63, 73],
            ]),
          ],
        ]),
      );
      const stored = await own.db.collection(`kairos_${type}`).find({ window: 0 }).toArray();
      expect(Object.keys(stored[0]?.buckets).sort()).toEqual(['0_0', '0_8', '1_8', '1_9']);
      await own.drop();
    }
  });

  it('are written with one update each, in the order of their _id', async () => {
    const { client, during } = monitored(serverUrl());
    const sent: { q: { _id: string } }[][] = [];
    client.on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'update') sent.push(command.updates);
    });
    for (const type of ['count', 'gauge', 'histogram', 'set', 'series'] as const) {
      const values = await kairos.timeseries(client.db(db.databaseName), { type, intervals });
      const events = new Map(
        Array.from(
          { length: 2 * WINDOW_SIZE },
          (_, minute) => [60 * minute, { z: [1], a: [2], m: [3] }] as const,
        ),
      );
      sent.length = 0;
      expect(await during(() => values.bulkInsert(events))).toEqual(['update']);
      const ids = sent.flat().map(({ q }) => q._id);
      if (type === 'count' || type === 'gauge') expect(ids).toHaveLength(6);
      expect(ids).toEqual([...ids].sort());
    }
    await client.close();
  });

  it('of which a part is past its retention are listed and bounded by the rest', async () => {
    let now = MINUTES + 3000;
    for (const expiry of ['native', 'manual'] as const) {
      const own = freshDatabase();
      now = MINUTES + 3000;
      const options = { type: 'count', expiry, clock: () => now } as const;
      const hits = await kairos.timeseries(own.db, {
        ...options,
        intervals: { minute: { step: 60, steps: 60 } },
      });
      for (const [name, minutes] of Object.entries({
        old: [0],
        both: [0, 9, 30],
        later: [100],
        next: [128],
      })) {
        for (const minute of minutes) {
          const timestamp = MINUTES + 60 * minute;
          now = Math.max(now, timestamp);
          expect(await hits.insert(name, 1, { timestamp })).toEqual({ stored: 1, expired: 0 });
        }
        now = MINUTES + 3000;
      }
      // The ninth minute is the oldest one within retention.
      now = MINUTES + 60 * (60 + 8);
      expect((await hits.list()).sort()).toEqual(['both', 'later', 'next']);
      expect(await hits.properties('old')).toEqual({});
      const minute = (index: number) => MINUTES + 60 * index;
      expect(await hits.properties('both')).toEqual({ minute: { first: minute(9), last: minute(30) } });
      now += 60;
      expect(await hits.properties('both')).toEqual({ minute: { first: minute(30), last: minute(30) } });
      if (expiry === 'manual') {
        const left = () => own.db.collection('kairos_count').distinct('name');
        await hits.expire();
        expect((await left()).sort()).toEqual(['both', 'later', 'next']);
        const [both] = await own.db.collection('kairos_count').find({ name: 'both' }).toArray();
        expect(both?.buckets).toEqual({ '158': 1 });
        now += 60 * 60;
        await hits.expire('both');
        expect((await left()).sort()).toEqual(['later', 'next']);
        await hits.expire('later');
        expect((await left()).sort()).toEqual(['later', 'next']);
      }
      await own.drop();
    }
  });

  it('expire with their last bucket, in whichever order they are written', async () => {
    const own = freshDatabase();
    const now = Math.floor(Date.now() / 1000);
    const begin = (Math.floor(now / MINUTES) + 1) * MINUTES;
    const kept = { minute: { step: 60, steps: 1000 } } as const;
    const hits = await kairos.timeseries(own.db, { type: 'count', intervals: kept });
    for (const index of [5, 127, 0]) await hits.insert('home', 1, { timestamp: begin + 60 * index });
    const minutes = [begin, begin + 127 * 60, begin + 60];
    await hits.bulkInsert(new Map(minutes.map((timestamp) => [timestamp, { bulk: [1] }])));
    const found = await own.db.collection('kairos_count').find().toArray();
    expect(found.map(({ expiresAt }) => expiresAt.getTime())).toEqual(
      [0, 0].map(() => (begin + 60 * (127 + 1000)) * 1000),
    );
    await own.drop();
  });

  it('lose nothing to concurrent writers of their buckets, nor to a deletion in between', async () => {
    const clients = Array.from({ length: 4 }, () => monitored(serverUrl()).client);
    const writers = await Promise.all(
      clients.map((client) => kairos.timeseries(client.db(db.databaseName), { type: 'count', intervals })),
    );
    const round = () =>
      Promise.all(
        writers.map(async (writer) => {
          for (let index = 0; index < 12; index++) {
            const [timestamp, next] = [60 * (index % 5), 60 * (index % 7) + MINUTES - 120];
            await writer.bulkInsert(
              new Map<number, Record<string, number[]>>([
                [timestamp, { crowd: [1] }],
                [next, { crowd: [1], other: [1] }],
              ]),
            );
          }
        }),
      );
    await round();
    await writers[0]?.delete('crowd');
    await round();
    const total = async (name: string) => {
      const range = { start: 0, end: 2 * MINUTES, collapse: true };
      const found = await writers[1]?.series(name, 'minute', range);
      return [...(found ?? new Map()).values()];
    };
    expect([await total('crowd'), await total('other')]).toEqual([[4 * 12 * 2], [4 * 12 * 2]]);
    for (const client of clients) await client.close();
  });

  it('hold readings of 32 KiB in every bucket, and longer ones are refused', async () => {
    const levels = await kairos.timeseries(db, { type: 'gauge', intervals });
    const longest = 'é'.repeat(16 * 1024);
    const all = new Map(
      Array.from({ length: WINDOW_SIZE }, (_, minute) => [60 * minute, { long: [longest] }] as const),
    );
    await levels.bulkInsert(all);
    const read = await levels.series('long', 'minute', { start: 0, steps: WINDOW_SIZE });
    expect([...read.values()].every((value) => value === longest)).toBe(true);
    const refused = levels.insert('long', `${longest}x`, { timestamp: 0 });
    await expect(refused).rejects.toThrow(InvalidValueError);
    await expect(refused).rejects.toThrow(/beside its neighbours; expected at most 32768 bytes/);
  });

  it('of other intervals, of another process, are deleted with their name', async () => {
    const wider = { ...intervals, hour: { step: 3600, resolution: 60 } } as const;
    const hits = await kairos.timeseries(db, { type: 'count', intervals: wider });
    await hits.bulkInsert(new Map([0, MINUTES, 90 * MINUTES].map((timestamp) => [timestamp, { far: [1] }])));
    const other = await kairos.timeseries(db, { type: 'count', intervals });
    await other.delete('far');
    expect([...(await documents('far')), ...(await documents('far', 'hour'))]).toEqual([]);
    await hits.insert('far', 2, { timestamp: 60 });
    expect(await other.properties('far')).toEqual({ minute: { first: 60, last: 60 } });
  });
});

describe('What a server says of a writer in the way', () => {
  it.each([
    [112, 'WriteConflict error: this operation conflicted with another operation', true],
    [1, 'deadlock detected', true],
    [1, 'ERROR: deadlock detected (SQLSTATE 40P01)', true],
    [1, 'internal error', false],
    [121, 'Document failed validation', false],
  ])('is told from other errors: %d, %s', (code, message, conflict) => {
    expect(isConflict(code, message)).toBe(conflict);
  });
});
