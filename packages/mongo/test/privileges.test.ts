import { Kairos, type TimeseriesType } from '@kairos/core';
import { type MongoOptions, mongo } from '@kairos/mongo';
import { MongoClient } from 'mongodb';
import { monitored } from './support/monitored.js';
import { describeWithServer, usersUrl } from './support/server-url.js';

/** The actions in the README. */
const READS = ['find', 'listIndexes'];
const WRITES = [...READS, 'insert', 'update', 'remove'];
const ALL = [...WRITES, 'createIndex'];

/**
 * The actions that MongoDB checks for each command that may be sent. Cursors and transactions belong to the
 * user who began them.
 */
const ACTIONS: { readonly [command: string]: readonly string[] } = {
  hello: [],
  buildInfo: [],
  getMore: [],
  commitTransaction: [],
  abortTransaction: [],
  endSessions: [],
  listIndexes: ['listIndexes'],
  createIndexes: ['createIndex'],
  find: ['find'],
  aggregate: ['find'],
  insert: ['insert'],
  // Updates may be upserts.
  update: ['update', 'insert'],
  delete: ['remove'],
};

const types = ['series', 'histogram', 'count', 'gauge', 'set'] as const;
const intervals = { minute: { step: 60, steps: 10 }, day: { step: 'daily', resolution: 60 } } as const;
const kairos = new Kairos([mongo]);
const database = `kairos_rights_${process.pid}`;

function urlOf(user: string, path: string): string {
  const url = usersUrl();
  url.username = user;
  url.password = 'secret';
  url.pathname = path;
  return url.href;
}

/** Makes every call of a timeseries. */
async function callAll(source: string | MongoClient, type: TimeseriesType, options: MongoOptions = {}) {
  let now = 600;
  const timeseries = await kairos.timeseries(source, { type, intervals, clock: () => now, ...options });
  for (const name of ['home', 'gone', 'home']) await timeseries.insert(name, 1);
  await timeseries.bulkInsert(new Map([[600, { away: [2] }]]));
  expect((await timeseries.list()).sort()).toEqual(['away', 'gone', 'home']);
  expect(await timeseries.list({ prefix: 'aw' })).toEqual(['away']);
  expect((await timeseries.get('home', 'minute')).size).toBe(1);
  expect((await timeseries.get('home', 'day', { condense: true })).size).toBe(1);
  expect((await timeseries.series(['home', 'away'], 'day', { steps: 2 })).size).toBe(2);
  expect(Object.keys(await timeseries.properties('home'))).toContain('minute');
  await timeseries.delete('gone');
  now = 6000;
  if (options.expiry === 'manual') await timeseries.expire();
  expect((await timeseries.list()).sort()).toEqual(['away', 'home']);
  await timeseries.deleteAll();
  expect(await timeseries.list()).toEqual([]);
  await timeseries.close();
}

describeWithServer('a user of the server', () => {
  let admin: MongoClient;

  /** Creates a user whose role allows some actions in a database. */
  const createUser = async (user: string, db: string, actions: readonly string[]) => {
    const home = admin.db(db);
    const privileges = [{ resource: { db, collection: '' }, actions }];
    await home.command({ createRole: `${user}_role`, privileges, roles: [] });
    await home.command({ createUser: user, pwd: 'secret', roles: [`${user}_role`] });
  };

  beforeAll(async () => {
    admin = new MongoClient(usersUrl().href);
    await createUser('creates', database, ALL);
    await createUser('writes', database, WRITES);
    await createUser('reads', database, READS);
    await createUser('finds-no-indexes', `${database}_bare`, WRITES);
  });

  afterAll(async () => {
    for (const suffix of ['', '_native', '_manual', '_bare'])
      await admin.db(`${database}${suffix}`).dropDatabase();
    await admin.close();
  });

  describe.each([{}, { atomicEvents: true, expiry: 'manual' }] as const)('with the options %j', (options) => {
    it.each(types)('who may create indexes makes those of a %s, and does everything', async (type) => {
      await callAll(urlOf('creates', database), type, options);
    });

    it.each(types)('who may not works with a %s whose indexes are there', async (type) => {
      await callAll(urlOf('writes', database), type, options);
    });

    it.each(types)('is asked of a %s for no more than the README says', async (type) => {
      const { client, during } = monitored(usersUrl().href);
      const own = { ...options, database: `${database}_${options.expiry ?? 'native'}` };
      const sent = new Set(await during(() => callAll(client, type, own)));
      const asked = new Set([...sent].flatMap((command) => ACTIONS[command] ?? [`what ${command} takes`]));
      expect([...asked].sort()).toEqual([...ALL].sort());
      await client.close();
    });
  });

  it('who may not create indexes is told so where they are missing', async () => {
    const opening = kairos.timeseries(urlOf('finds-no-indexes', `${database}_bare`), {
      type: 'count',
      intervals,
    });
    await expect(opening).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(/not authorized/),
    });
  });

  it('who may only read opens what others recorded, and reads it', async () => {
    const count = { type: 'count', intervals } as const;
    const owner = await kairos.timeseries(urlOf('creates', database), count);
    await owner.insert('home', 2);
    const reader = await kairos.timeseries(urlOf('reads', database), count);
    expect(await reader.list()).toEqual(['home']);
    expect([...(await reader.get('home', 'minute')).values()]).toEqual([2]);
    await expect(reader.insert('home', 1)).rejects.toMatchObject({ code: 'KAIROS_STORAGE', fate: 'failed' });
    expect([...(await owner.get('home', 'minute')).values()]).toEqual([2]);
    for (const opened of [reader, owner]) await opened.close();
  });
});
