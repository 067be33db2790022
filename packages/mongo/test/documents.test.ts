import { freshDatabase, kairos } from './support/database.js';
import { monitored } from './support/monitored.js';
import { describeWithServer, itUnlessFerretDB, serverUrl } from './support/server-url.js';

const timestamp = 1_700_000_000;
const intervals = { minute: { step: 60 }, day: { step: 'daily', resolution: '1h' } } as const;

describeWithServer('documents', () => {
  const { db, drop } = freshDatabase();
  afterAll(drop);

  const documents = (type: string) =>
    db.collection(`kairos_${type}`).find({ interval: 'minute' }).sort({ _id: 1 }).toArray();
  const place = { name: 'home', interval: 'minute', bucket: 28_333_333, resolution: 0 };
  const window = { _id: '["home","minute",221354]', name: 'home', interval: 'minute', window: 221_354 };

  it('a count is one document for each window, with a field for each bucket', async () => {
    const hits = await kairos.timeseries(db, { type: 'count', intervals });
    await hits.insert('home', 2.5, { timestamp });
    await hits.insert('home', 1, { timestamp });
    await hits.insert('home', 4, { timestamp: timestamp - 60 });
    expect(await documents('count')).toEqual([
      { ...window, buckets: { '28333332': 4, '28333333': 3.5 }, last: 28_333_333 },
    ]);
  });

  it('a gauge is one document for each window', async () => {
    const level = await kairos.timeseries(db, { type: 'gauge', intervals });
    await level.insert('home', 'high', { timestamp });
    expect(await documents('gauge')).toEqual([
      { ...window, buckets: { '28333333': 'high' }, last: 28_333_333 },
    ]);
  });

  it('a histogram is one document for each value, whose type its _id tells', async () => {
    const values = await kairos.timeseries(db, { type: 'histogram', intervals });
    const hostile = ['a.b', '$inc', '', '__proto__', '\0', '1', 'x'.repeat(10_240)];
    await values.insert('home', [1, 1, ...hostile], { timestamp });
    const stored = await documents('histogram');
    expect(stored).toHaveLength(hostile.length + 1);
    expect(stored).toContainEqual({ _id: '["home","minute",28333333,0,1]', ...place, member: 1, count: 2 });
    expect(stored).toContainEqual({
      _id: '["home","minute",28333333,0,"1"]',
      ...place,
      member: '1',
      count: 1,
    });
    expect(Math.max(...stored.map(({ _id }) => String(_id).length))).toBeLessThanOrEqual(200);
    const read = await values.get('home', 'minute', { timestamp });
    expect(read.get(1_699_999_980)).toEqual(
      new Map<unknown, number>([[1, 2], ...hostile.map((value) => [value, 1] as const)]),
    );
  });

  it('a set is one document for each value', async () => {
    const members = await kairos.timeseries(db, { type: 'set', intervals });
    await members.insert('home', 'a.b', { timestamp });
    await members.insert('home', 'a.b', { timestamp });
    expect(await documents('set')).toEqual([
      { _id: '["home","minute",28333333,0,"a.b"]', ...place, member: 'a.b' },
    ]);
  });

  it('a series is one document for each chunk of values', async () => {
    const values = await kairos.timeseries(db, { type: 'series', intervals });
    await values.insert('home', 1, { timestamp });
    await values.insert('home', ['$a', 1], { timestamp });
    expect(await documents('series')).toEqual([
      { _id: '["home","minute",28333333,0,0]', ...place, chunk: 0, values: [1, '$a', 1], size: 46 },
    ]);
  });

  it('data that expires holds when, and no longer does once its interval is kept for ever', async () => {
    const clock = () => timestamp;
    const kept = { type: 'count', intervals: { hour: { step: 3600, steps: 2 } }, clock } as const;
    const hits = await kairos.timeseries(db, kept);
    await hits.insert('expiring');
    const [document] = await db.collection('kairos_count').find({ name: 'expiring' }).toArray();
    const skew = Date.now() / 1000 - timestamp;
    const expected = (1_699_999_200 + 2 * 3600 + skew) * 1000;
    expect(Math.abs(document?.expiresAt.getTime() - expected)).toBeLessThan(60_000);
    const forever = await kairos.timeseries(db, { ...kept, intervals: { hour: { step: 3600 } } });
    await forever.insert('expiring');
    const [after] = await db.collection('kairos_count').find({ name: 'expiring' }).toArray();
    expect(after).not.toHaveProperty('expiresAt');
  });

  itUnlessFerretDB('reads go by an index', async () => {
    const collection = db.collection('kairos_count');
    for (const filter of [
      { name: 'home', interval: 'minute', window: { $gte: 1, $lte: 9 } },
      { name: 'home', interval: 'minute', window: 5 },
      { name: 'home' },
    ]) {
      const plan = JSON.stringify(await collection.find(filter).explain('queryPlanner'));
      expect(plan).toContain('"indexName":"kairos_window"');
      expect(plan).not.toContain('COLLSCAN');
    }
  });

  it('each call is one command', async () => {
    const { client, during } = monitored(serverUrl());
    const own = client.db(db.databaseName);
    for (const type of ['series', 'histogram', 'count', 'gauge', 'set'] as const) {
      const opened = await kairos.timeseries(own, { type, intervals });
      expect(await during(() => opened.insert('trip', 1, { timestamp, intervals: 3 }))).toEqual(['update']);
      const several = new Map([[timestamp, { trip: [1, 2], trap: [3] }]]);
      expect(await during(() => opened.bulkInsert(several))).toEqual(['update']);
      const range = { start: timestamp - 7200, end: timestamp };
      expect(await during(() => opened.get('trip', 'day', { timestamp }))).toEqual(['find']);
      expect(await during(() => opened.series(['trip', 'trap'], 'minute', range))).toEqual(['find']);
      expect(await during(() => opened.list())).toEqual(['aggregate']);
      expect(await during(() => opened.properties('trip'))).toEqual(['aggregate']);
      expect(await during(() => opened.delete('trip'))).toEqual(['delete']);
    }
    await client.close();
  });

  it('1,440 buckets are read with one command', async () => {
    const { client, during } = monitored(serverUrl());
    const hits = await kairos.timeseries(client.db(db.databaseName), { type: 'count', intervals });
    const start = 1_699_920_000;
    const day = Array.from(
      { length: 1440 },
      (_, minute) => [start + 60 * minute, { day: [minute] }] as const,
    );
    await hits.bulkInsert(new Map(day));
    let read = new Map();
    expect(await db.collection('kairos_count').countDocuments({ name: 'day', interval: 'minute' })).toBe(12);
    const commands = await during(async () => {
      read = await hits.series('day', 'minute', { start, steps: 1440 });
    });
    expect(commands).toEqual(['find']);
    expect([...read.values()]).toEqual(day.map((_, minute) => minute));
    await client.close();
  });
});
