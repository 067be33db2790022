import { setTimeout as sleep } from 'node:timers/promises';
import { UnsupportedOperationError } from '@kairos/core';
import { freshDatabase, kairos } from './support/database.js';
import { monitored } from './support/monitored.js';
import { describeWithServer, itUnlessFerretDB, serverUrl } from './support/server-url.js';

const intervals = { second: { step: 1, steps: 1 }, hour: { step: 3600 } } as const;

describeWithServer('expiry', () => {
  const { db, drop } = freshDatabase();
  afterAll(drop);

  const stored = (type: string, interval: string) =>
    db.collection(`kairos_${type}`).countDocuments({ interval });

  it('is native: the server deletes what is past its retention, and nothing else', async () => {
    const types = ['series', 'histogram', 'count', 'gauge', 'set'] as const;
    for (const type of types) {
      const opened = await kairos.timeseries(db, { type, intervals });
      await opened.insert('home', 1, { intervals: 2 });
      await expect(opened.expire('home')).rejects.toThrow(UnsupportedOperationError);
    }
    // Servers look for expired documents at most once a minute.
    for (let waited = 0; waited < 120; waited++) {
      const left = await Promise.all(types.map((type) => stored(type, 'second')));
      if (left.every((documents) => documents === 0)) break;
      await sleep(1000);
    }
    for (const type of types) {
      expect(await stored(type, 'second')).toBe(0);
      expect(await stored(type, 'hour')).toBeGreaterThan(0);
    }
  }, 180_000);

  it('of what was written before more steps were kept can be moved, as the README says', async () => {
    const own = freshDatabase();
    const openWith = (steps: number) =>
      kairos.timeseries(own.db, { type: 'histogram', intervals: { minute: { step: 60, steps } } });
    await (await openWith(60)).insert('home', 'before');
    const collection = own.db.collection('kairos_histogram');
    await collection.updateMany({ interval: 'minute' }, [
      { $set: { expiresAt: { $add: ['$expiresAt', 60 * 60 * 1000] } } },
    ]);
    await (await openWith(120)).insert('home', 'after');
    const [before, after] = await collection.find().sort({ bucket: 1, member: -1 }).toArray();
    expect(after?.expiresAt - before?.expiresAt).toBe(1000 * 60 * (after?.bucket - before?.bucket));
    await own.drop();
  });

  it('is that of the process which keeps the data longest, whichever wrote last', async () => {
    const own = freshDatabase();
    const longer = { type: 'count', intervals: { minute: { step: 60, steps: 60 } } } as const;
    const shorter = { type: 'count', intervals: { minute: { step: 60, steps: 2 } } } as const;
    const [long, short] = [await kairos.timeseries(own.db, longer), await kairos.timeseries(own.db, shorter)];
    const timestamp = Math.floor(Date.now() / 1000);
    for (const each of [short, long, short]) await each.insert('home', 1, { timestamp });
    const [document] = await own.db.collection('kairos_count').find().toArray();
    expect(Object.values(document?.buckets)).toEqual([3]);
    expect(document?.expiresAt.getTime()).toBe((Math.floor(timestamp / 60) + 60) * 60_000);
    await own.drop();
  });

  it('is manual where that is asked for: expire deletes, and the server does not', async () => {
    const own = freshDatabase();
    let now = 1_700_000_000;
    const options = { type: 'histogram', intervals, expiry: 'manual', clock: () => now } as const;
    const visits = await kairos.timeseries(own.db, options);
    const collection = own.db.collection('kairos_histogram');
    expect((await collection.listIndexes().toArray()).map(({ name }) => name)).toEqual([
      '_id_',
      'kairos_bucket',
    ]);
    for (const name of ['a', 'b']) await visits.insert(name, ['x', 'y']);
    expect(await collection.countDocuments({ expiresAt: { $exists: true } })).toBe(0);
    now += 10;
    await visits.expire('a');
    expect(await collection.countDocuments({ interval: 'second', name: 'a' })).toBe(0);
    expect(await collection.countDocuments({ interval: 'second', name: 'b' })).toBe(2);
    await visits.expire();
    expect(await collection.countDocuments({ interval: 'second' })).toBe(0);
    expect(await collection.countDocuments({ interval: 'hour' })).toBe(4);
    await own.drop();
  });

  itUnlessFerretDB(
    'of data that is written in transactions deletes document by document, a thousand in a command',
    async () => {
      const own = freshDatabase();
      const { client } = monitored(serverUrl());
      const deletes: { q: { _id: string }; limit: number }[][] = [];
      client.on('commandStarted', ({ commandName, command }) => {
        if (commandName === 'delete') deletes.push(command.deletes);
      });
      let now = 1_700_000_000;
      const seconds = { second: { step: 1, steps: 1 } };
      const options = { intervals: seconds, expiry: 'manual', atomicEvents: true, clock: () => now } as const;
      const db = client.db(own.db.databaseName);
      const visits = await kairos.timeseries(db, { type: 'histogram', ...options });
      const values = Array.from({ length: 2_100 }, (_, value) => value);
      await visits.insert('home', values);
      now += 10;
      await visits.insert('home', values.slice(0, 2));
      await visits.expire();
      // The last one lets a read-only server report that.
      expect(deletes.map((command) => command.length)).toEqual([1_000, 1_000, 100, 1]);
      expect(deletes.flat().every(({ limit }) => limit === 1)).toBe(true);
      for (const command of deletes) {
        const ids = command.map(({ q }) => q._id);
        expect(ids).toEqual([...ids].sort());
      }
      expect(await db.collection('kairos_histogram').countDocuments()).toBe(2);
      await client.close();
      await own.drop();
    },
    60_000,
  );
});
