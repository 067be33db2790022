import { InvalidValueError, StorageError } from '@kairos/core';
import type { MongoFetch, SuggestedQuery } from '@kairos/mongo';
import { freshDatabase, kairos } from './support/database.js';
import { describeWithServer } from './support/server-url.js';

const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;

describeWithServer('a customized fetch', () => {
  const { db, drop } = freshDatabase();
  afterAll(drop);

  const open = async () => {
    const visits = await kairos.timeseries(db, { type: 'histogram', intervals });
    return visits;
  };

  beforeAll(async () => {
    const visits = await open();
    const hits = await kairos.timeseries(db, { type: 'count', intervals });
    for (const [name, value] of [
      ['a', 'x'],
      ['a', 'y'],
      ['b', 'x'],
    ] as const) {
      for (const timestamp of [0, 60]) {
        await visits.insert(name, value, { timestamp });
        await hits.insert(name, 1, { timestamp });
      }
    }
  });

  const same: MongoFetch = (collection, { filter, sort, method }) =>
    method === 'find' ? collection.find(filter).sort(sort) : collection.findOne(filter);

  it('can ask what the backend would have asked', async () => {
    const visits = await open();
    for (const name of ['a', ['a', 'b']]) {
      for (const interval of ['minute', 'hour'] as const) {
        const range = { start: 0, end: 120 };
        expect(await visits.series(name, interval, { ...range, fetch: same })).toEqual(
          await visits.series(name, interval, range),
        );
      }
    }
  });

  it('is told when one document is all there can be', async () => {
    const hits = await kairos.timeseries(db, { type: 'count', intervals });
    const suggested: SuggestedQuery[] = [];
    const fetch: MongoFetch = (collection, query) => {
      suggested.push(query);
      return same(collection, query);
    };
    expect(await hits.get('a', 'minute', { timestamp: 0, fetch })).toEqual(new Map([[0, 2]]));
    expect(await hits.get('none', 'minute', { timestamp: 0, fetch })).toEqual(new Map([[0, 0]]));
    await hits.get('a', 'hour', { timestamp: 0, fetch });
    await hits.get(['a', 'b'], 'minute', { timestamp: 0, fetch });
    await hits.series('a', 'minute', { start: 0, end: 60, fetch });
    await hits.series('a', 'minute', { start: 0, end: 60 * 128, fetch });
    const visits = await open();
    await visits.get('a', 'minute', { timestamp: 0, fetch });
    expect(suggested.map(({ method }) => method)).toEqual([
      ...['findOne', 'findOne', 'findOne', 'find', 'findOne', 'find', 'find'],
    ]);
    expect(suggested.slice(4).map(({ filter, first, last }) => [filter, first, last])).toEqual([
      [{ name: 'a', interval: 'minute', window: 0 }, 0, 1],
      [{ name: 'a', interval: 'minute', window: { $gte: 0, $lte: 1 } }, 0, 128],
      [{ name: 'a', interval: 'minute', bucket: 0 }, 0, 0],
    ]);
  });

  it('of windows is read without the buckets that were not asked for', async () => {
    const hits = await kairos.timeseries(db, { type: 'count', intervals });
    const whole = await hits.series('a', 'minute', { start: 60, end: 120, fetch: same });
    expect(whole).toEqual(
      new Map([
        [60, 2],
        [120, 0],
      ]),
    );
    const hour = await hits.get('a', 'hour', { timestamp: 0, fetch: same });
    expect(hour).toEqual(await hits.get('a', 'hour', { timestamp: 0 }));
    const total: MongoFetch = (collection, { filter, first, last }) =>
      collection.aggregate([
        { $match: filter },
        { $project: { bucket: { $objectToArray: '$buckets' } } },
        { $unwind: '$bucket' },
        { $project: { bucket: { $toInt: '$bucket.k' }, value: '$bucket.v' } },
        { $match: { bucket: { $gte: first, $lte: last } } },
      ]);
    expect(await hits.series('a', 'minute', { start: 60, end: 120, fetch: total })).toEqual(whole);
  });

  it('can leave work to the server', async () => {
    const visits = await open();
    const total: MongoFetch = (collection, { filter }) =>
      collection.aggregate([
        { $match: filter },
        {
          $group: {
            _id: { name: '$name', bucket: '$bucket', resolution: '$resolution' },
            value: { $sum: '$count' },
          },
        },
        {
          $project: {
            _id: 0,
            name: '$_id.name',
            bucket: '$_id.bucket',
            resolution: '$_id.resolution',
            value: 1,
          },
        },
      ]);
    const options = {
      fetch: total,
      processRow: (data: unknown) => Number(data),
      joinRows: (rows: readonly unknown[]) => rows.filter((row) => typeof row === 'number'),
    };
    expect(await visits.series(['a', 'b'], 'minute', { start: 0, end: 120, ...options })).toEqual(
      new Map<number, unknown>([
        [0, [2, 1]],
        [60, [2, 1]],
        [120, []],
      ]),
    );
    const hour = await visits.get('a', 'hour', { timestamp: 0, fetch: total, processRow: Number });
    expect(hour).toEqual(
      new Map([
        [0, 2],
        [60, 2],
      ]),
    );
  });

  it('may leave the place out where there is only one', async () => {
    const visits = await open();
    const fetch: MongoFetch = async (collection, { filter }) => ({
      value: await collection.countDocuments(filter),
    });
    expect(await visits.get('a', 'minute', { timestamp: 0, fetch, processRow: Number })).toEqual(
      new Map([[0, 2]]),
    );
  });

  it.each<[string, MongoFetch]>([
    ['no documents', () => 5 as never],
    ['a document without data', () => [{ bucket: 0 }]],
    ['a document without its bucket', () => [{ value: 1 }]],
    ['a document without its name', () => [{ value: 1, bucket: 0 }]],
    ['a document of an odd resolution', () => [{ value: 1, name: 'a', bucket: 0, resolution: 'x' }]],
  ])('is told what was wrong with %s', async (_, fetch) => {
    const visits = await open();
    const read = visits.series(['a', 'b'], 'minute', { start: 0, end: 60, fetch });
    await expect(read).rejects.toThrow(InvalidValueError);
  });

  it('whose cursor is killed gives no part of the data', async () => {
    const visits = await open();
    const fetch: MongoFetch = async (collection, { filter }) => {
      const cursor = collection.find(filter, { batchSize: 1 });
      await cursor.hasNext();
      await db.command({ killCursors: collection.collectionName, cursors: [cursor.id] });
      return cursor;
    };
    const read = visits.series('a', 'minute', { start: 0, end: 60, fetch });
    await expect(read).rejects.toThrow(StorageError);
  });
});
