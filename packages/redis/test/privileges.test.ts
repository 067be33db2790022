import { Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Cluster, Redis } from 'ioredis';
import { OwnCluster, OwnServer } from './own-server.js';
import { LEAST_PRIVILEGES, LEAST_PRIVILEGES_IN_CLUSTER } from './privileges.js';

const kairos = new Kairos([redis]);
const types = ['count', 'gauge', 'histogram', 'series', 'set'] as const;
const intervals = { minute: { step: 60, steps: 240 }, day: { step: 'daily', resolution: 60 } } as const;

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

suite('a user of the server', () => {
  let server: OwnServer;
  let admin: Redis;

  beforeAll(async () => {
    server = await OwnServer.start();
    admin = new Redis(server.port);
  });

  afterAll(async () => {
    admin.disconnect();
    await server.end();
  });

  const open = (type: (typeof types)[number], prefix = 'kairos') =>
    kairos.timeseries(`redis://kairos:secret@127.0.0.1:${server.port}`, { type, intervals, prefix });
  const may = (...rules: readonly string[]) =>
    admin.acl('SETUSER', 'kairos', 'reset', 'on', '>secret', '~kairos:*', ...rules);

  it.each(types)(
    'who lacks TIME, which no category for data holds, is told so when a %s is opened',
    async (type) => {
      await may('+@read', '+@write', '+@scripting', '+@connection', '+info');
      await expect(open(type)).rejects.toMatchObject({
        code: 'KAIROS_STORAGE',
        message: expect.stringMatching(/may not run TIME; expected a user with .*\+time/),
      });
    },
  );

  it.each([
    ['count', 'HINCRBY'],
    ['gauge', 'HMGET'],
    ['histogram', 'HINCRBY'],
    ['series', 'RPUSH'],
    ['set', 'SCARD'],
    ['set', 'PERSIST'],
  ] as const)('of a %s who lacks %s is told so when it is opened', async (type, command) => {
    await may(...LEAST_PRIVILEGES, `-${command.toLowerCase()}`);
    await expect(open(type)).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringContaining(`may not run ${command};`),
    });
  });

  it('who may only read opens what others wrote, and reads it', async () => {
    await may(...LEAST_PRIVILEGES);
    const writer = await open('count');
    await writer.insert('home', 1);
    await may('+@read', '+@scripting', '+@connection', '+info');
    const reader = await open('count');
    expect(await reader.list()).toEqual(['home']);
    expect([...(await reader.get('home', 'minute')).values()]).toEqual([1]);
    await expect(reader.insert('home', 1)).rejects.toMatchObject({ code: 'KAIROS_STORAGE' });
    await reader.close();
    await writer.close();
  });

  it('who loses TIME while a timeseries is open has inserts refused before anything is written', async () => {
    await may(...LEAST_PRIVILEGES);
    const hits = await open('count');
    await hits.deleteAll();
    const now = Math.floor(Date.now() / 1000);
    await hits.insert('home', 1, { timestamp: now });
    await may(...LEAST_PRIVILEGES, '-time');
    const keys = (await admin.keys('*')).sort();
    const insert = hits.insert('home', 1, { timestamp: now - 600 });
    await expect(insert).rejects.toMatchObject({ message: expect.stringContaining('was not stored') });
    expect((await admin.keys('*')).sort()).toEqual(keys);
    await hits.close();
  });

  it('whose keys are others is told so when it is opened', async () => {
    await may(...LEAST_PRIVILEGES);
    await expect(open('count', 'other')).rejects.toMatchObject({ code: 'KAIROS_STORAGE' });
  });
});

suite('a user of a cluster', () => {
  it('with the least privileges does everything', async () => {
    const own = await OwnCluster.start(3, 0);
    for (const { port } of own.nodes) {
      const admin = new Redis(port);
      await admin.acl(
        'SETUSER',
        'kairos',
        'reset',
        'on',
        '>secret',
        '~kairos:*',
        ...LEAST_PRIVILEGES_IN_CLUSTER,
      );
      admin.disconnect();
    }
    const cluster = new Cluster(own.startupNodes, {
      redisOptions: { username: 'kairos', password: 'secret' },
    });
    for (const type of types) {
      const hits = await kairos.timeseries(cluster, { type, intervals });
      for (const name of ['home', 'about']) await hits.insert(name, 1);
      expect((await hits.get('home', 'minute')).size).toBe(1);
      expect((await hits.series(['home', 'about'], 'day', { steps: 2 })).size).toBe(2);
      expect(await hits.list()).toEqual(['about', 'home']);
      await hits.properties('home');
      await hits.delete('home');
      await hits.deleteAll();
    }
    cluster.disconnect();
    await own.end();
  }, 60_000);
});
