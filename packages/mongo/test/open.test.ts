import { ConfigurationError, StorageError } from '@kairos/core';
import { mongo } from '@kairos/mongo';
import { MongoClient } from 'mongodb';
import { MongoClient as OlderMongoClient } from 'mongodb-6';
import { checkBuild, ferretDBVersion } from '../src/session/server.js';
import { anotherCopy } from './support/another-copy.js';
import { freshDatabase, kairos } from './support/database.js';
import { describeWithServer, serverUrl } from './support/server-url.js';

const count = { type: 'count', intervals: { minute: { step: 60 } } } as const;

/** The server's URL with another path and more options. */
function urlWith(path: string, options: Record<string, string> = {}) {
  const url = new URL(serverUrl());
  url.pathname = path;
  for (const [option, value] of Object.entries(options)) url.searchParams.set(option, value);
  return url.href;
}

/** An option that the types do not allow. */
const odd = (option: string, value: unknown): object => ({ [option]: value });

describeWithServer('opening', () => {
  const { client, db, name, drop } = freshDatabase();
  afterAll(drop);

  it('takes a URL with a database, a MongoClient with one, and a Db, all for the same data', async () => {
    const opened = [
      await kairos.timeseries(urlWith(name), count),
      await kairos.timeseries(urlWith('kairos_test_other'), { ...count, database: name }),
      await kairos.timeseries(client, { ...count, database: name }),
      await kairos.timeseries(db, count),
    ];
    for (const each of opened) await each.insert('same', 1, { timestamp: 0 });
    for (const each of opened) {
      expect(await each.get('same', 'minute', { timestamp: 0 })).toEqual(new Map([[0, 4]]));
      await each.close();
    }
    expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('uses the database "kairos" where neither the URL nor an option names one', async () => {
    const own = await kairos.timeseries(urlWith(''), count);
    const unique = `name ${name}`;
    await own.insert(unique, 1, { timestamp: 0 });
    const found = await client.db('kairos').collection('kairos_count').countDocuments({ name: unique });
    expect(found).toBe(1);
    await own.delete(unique);
    await own.close();
  });

  it('hands clientConfig to the driver', async () => {
    const clientConfig = { appName: `kairos ${name}` };
    const opened = await kairos.timeseries(urlWith(name), { ...count, clientConfig });
    await opened.close();
    await expect(
      kairos.timeseries(urlWith(name), { ...count, clientConfig: { nonsense: 1 } }),
    ).rejects.toThrow(/clientConfig.*nonsense/);
  });

  it('recognises handles by what they can do', () => {
    expect(mongo.accepts(client)).toBe(true);
    expect(mongo.accepts(db)).toBe(true);
    expect(mongo.accepts({ db: () => null })).toBe(false);
    expect(mongo.accepts(db.collection('x'))).toBe(false);
  });

  it.each([
    ['a handle and another database', () => kairos.timeseries(db, { ...count, database: 'other' })],
    ['a database name that no server takes', () => kairos.timeseries(client, { ...count, database: 'a.b' })],
    ['an empty database name', () => kairos.timeseries(client, { ...count, database: '' })],
    ['the database of the server itself', () => kairos.timeseries(urlWith('admin'), count)],
    ['an unacknowledged write concern', () => kairos.timeseries(urlWith(name, { w: '0' }), count)],
    ['a URL that is none', () => kairos.timeseries('mongodb://', count)],
    [
      'a database in the URL with broken escapes',
      () => kairos.timeseries('mongodb://localhost/%E0%A4', count),
    ],
    ['an expiry of another name', () => kairos.timeseries(db, { ...count, ...odd('expiry', 'never') })],
    ['a switch that is none', () => kairos.timeseries(db, { ...count, ...odd('atomicEvents', 1) })],
  ])('refuses %s', async (_, open) => {
    await expect(open()).rejects.toThrow(ConfigurationError);
  });

  it('tells within the selection timeout that nothing answers', async () => {
    const started = Date.now();
    const refused = kairos.timeseries('mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300', count);
    await expect(refused).rejects.toThrow(StorageError);
    await expect(refused).rejects.toThrow(/ECONNREFUSED/);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('reads what a client set to decode otherwise would garble', async () => {
    const odd = new MongoClient(serverUrl(), { promoteValues: false });
    const hits = await kairos.timeseries(odd.db(name), count);
    await hits.insert('odd', 2, { timestamp: 0 });
    expect(await hits.get('odd', 'minute', { timestamp: 0 })).toEqual(new Map([[0, 2]]));
    expect(await hits.list()).toContain('odd');
    expect(await hits.properties('odd')).toEqual({ minute: { first: 0, last: 0 } });
    await odd.close();
  });

  it('takes a client of another copy of the driver, on an empty database too', async () => {
    const other = anotherCopy();
    expect(other.MongoClient).not.toBe(MongoClient);
    const copied = new other.MongoClient(serverUrl());
    const database = `${name}_copied`;
    const values = await kairos.timeseries(copied, { ...count, type: 'series', database });
    const full = 'x'.repeat(70_000);
    for (const value of [full, 'a', full, 'b']) await values.insert('home', value, { timestamp: 0 });
    expect((await values.get('home', 'minute', { timestamp: 0 })).get(0)).toEqual([full, 'a', full, 'b']);
    await copied.db(database).dropDatabase();
    await copied.close();
  });

  it('refuses a client of another major version of the driver', async () => {
    const older = new OlderMongoClient(serverUrl());
    const opening = kairos.timeseries(older, { ...count, database: name });
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(/another version of the mongodb driver/);
    await older.close();
  });

  it('refuses an index of the name of its own that does something else', async () => {
    const collection = db.collection('kairos_gauge');
    await collection.createIndex({ expiresAt: 1 }, { name: 'kairos_expiry' });
    const opening = kairos.timeseries(db, {
      type: 'gauge',
      intervals: { minute: { step: 60, steps: 5 } },
    });
    await expect(opening).rejects.toThrow(/"kairos_expiry".*expireAfterSeconds/);
    await expect(opening).rejects.toThrow(ConfigurationError);
  });

  it.each([
    ['is unique', 'kairos_bucket', { name: 1, interval: 1, bucket: 1 }, { unique: true }],
    [
      'leaves documents out',
      'kairos_expiry',
      { expiresAt: 1 },
      { expireAfterSeconds: 0, partialFilterExpression: { name: 'a' } },
    ],
  ] as const)('refuses an index of the name of its own that %s', async (_, index, key, given) => {
    const own = freshDatabase();
    await own.db.collection('kairos_histogram').createIndex(key, { name: index, ...given });
    const intervals = { minute: { step: 60, steps: 5 } };
    const opening = kairos.timeseries(own.db, { type: 'histogram', intervals });
    await expect(opening).rejects.toThrow(new RegExp(`"${index}".*${Object.keys(given).at(-1)}`));
    await expect(opening).rejects.toThrow(ConfigurationError);
    await own.drop();
  });

  it('refuses data of another layout, and names both', async () => {
    const own = freshDatabase();
    const hits = await kairos.timeseries(own.db, count);
    await hits.insert('home', 1, { timestamp: 0 });
    const records = own.db.collection<{ _id: string; layout?: number }>('kairos_records');
    expect(await records.findOne({ _id: 'count' })).toMatchObject({ layout: 2 });
    await records.updateOne({ _id: 'count' }, { $set: { layout: 3 } });
    await expect(kairos.timeseries(own.db, count)).rejects.toThrow(ConfigurationError);
    await expect(kairos.timeseries(own.db, count)).rejects.toThrow(/layout 3,.* layout 2/);
    await records.updateOne({ _id: 'count' }, { $unset: { layout: '' } });
    await expect(kairos.timeseries(own.db, count)).rejects.toThrow(/layout 1,.* layout 2/);
    const gauge = await kairos.timeseries(own.db, { ...count, type: 'gauge' });
    await gauge.insert('home', 1, { timestamp: 0 });
    await hits.deleteAll();
    await kairos.timeseries(own.db, count);
    await own.drop();
  });

  it('creates two indexes at most', async () => {
    const expiring = {
      ...count,
      intervals: { minute: { step: 60 }, hour: { step: '1h', steps: 5 } },
    } as const;
    await kairos.timeseries(db, expiring);
    const indexes = await db.collection('kairos_count').listIndexes().toArray();
    expect(indexes.map((index) => index.name).sort()).toEqual(['_id_', 'kairos_expiry', 'kairos_window']);
  });
});

describe('FerretDB', () => {
  const build = { version: '7.0.77', versionArray: [7, 0, 77, 0], maxBsonObjectSize: 16_777_216, ok: 1 };
  const version2 = { ...build, ferretdb: { version: 'v2.0.0', package: 'docker' } };
  const version1 = { ...build, ferretdbVersion: 'v1.24.2', ferretdbFeatures: {} };

  it('is told by what it says of its build', () => {
    expect(ferretDBVersion(build)).toBeNull();
    expect(ferretDBVersion(version2)).toBe('v2.0.0');
    expect(ferretDBVersion(version1)).toBe('v1.24.2');
    expect(ferretDBVersion({ ...build, ferretdb: { package: 'docker' } })).toBe('unknown');
  });

  it.each([
    ['MongoDB', build],
    ['version 2', version2],
  ])('lets %s in', (_, found) => {
    checkBuild(found, { allowFerretDB: false });
  });

  it.each([
    ['version 1', version1, /FerretDB v1\.24\.2.*allowFerretDB/],
    ['one that does not tell its version', { ...build, ferretdb: {} }, /FerretDB unknown.*allowFerretDB/],
  ])('refuses %s, unless it is allowed', (_, found, refusal) => {
    expect(() => checkBuild(found, { allowFerretDB: false })).toThrow(ConfigurationError);
    expect(() => checkBuild(found, { allowFerretDB: false })).toThrow(refusal);
    checkBuild(found, { allowFerretDB: true });
  });
});
