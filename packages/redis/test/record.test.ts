import { type IntervalsOptions, Kairos } from '@kairos/core';
import { redis } from '@kairos/redis';
import { Cluster, Redis } from 'ioredis';
import { Layout, shardOf } from '../src/layout.js';
import { OwnCluster, OwnServer } from './own-server.js';

const kairos = new Kairos([redis]);
const NOW = 1_700_000_000;
const minutes = { minute: { step: 60 } };
const hours = { minute: { step: 3600 } };

const suite = process.env.TEST_REDIS === 'false' ? describe.skip : describe;

suite('the record of the intervals', () => {
  let server: OwnServer;
  let client: Redis;

  beforeAll(async () => {
    server = await OwnServer.start();
    client = new Redis(server.port);
  });

  beforeEach(() => client.flushall());

  afterAll(async () => {
    client.disconnect();
    await server.end();
  });

  const open = (
    intervals: IntervalsOptions,
    more: { readonly prefix?: string; readonly allowSchemaChange?: boolean } = {},
  ) => kairos.timeseries(client, { type: 'count', intervals, ...more });
  const insert = (hits: Awaited<ReturnType<typeof open>>, name = 'home') =>
    hits.insert(name, 1, { timestamp: NOW });
  const record = new Layout('kairos', 'count').record;
  const refused = expect.objectContaining({
    code: 'KAIROS_CONFIGURATION',
    message: expect.stringMatching(/"intervals.minute".*3600.*60/),
  });

  /** How often clients called a command, not counting scripts. */
  async function calls(command: string): Promise<number> {
    const line = new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await client.info('commandstats'));
    return Number(line?.[1] ?? 0);
  }

  it.each([
    ['FLUSHALL', () => client.flushall()],
    ['FLUSHDB', () => client.flushdb()],
    ['deleteAll of another process', async () => (await open(minutes)).deleteAll()],
    ['its loss', () => client.del(record)],
  ])('comes back after %s with the next insert, in the same call', async (_, lose) => {
    const hits = await open(minutes);
    await insert(hits);
    const before = await client.get(record);
    await lose();
    const sent = await calls('evalsha');
    await insert(hits);
    expect((await calls('evalsha')) - sent).toBe(1);
    expect(await client.get(record)).toBe(before);
    await expect(open(hours)).rejects.toEqual(refused);
    expect(await (await open(minutes)).list()).toEqual(['home']);
  });

  it('comes back with a bulk insert, and with an insert in a pipeline', async () => {
    const hits = await open(minutes);
    const before = await client.get(record);
    await client.flushall();
    await hits.bulkInsert(new Map([[NOW, { home: [1], about: [1] }]]));
    expect(await client.get(record)).toBe(before);
    await client.flushall();
    const pipeline = client.multi();
    await hits.insert('home', 1, { timestamp: NOW, pipeline });
    expect(await pipeline.exec()).toEqual([[null, 1]]);
    expect(await client.get(record)).toBe(before);
  });

  it('does not come back with an insert that is refused', async () => {
    const hits = await open(minutes);
    await insert(hits);
    const bucket = `${new Layout('kairos', 'count').names(shardOf('home'))}minute:${Math.floor(NOW / 60 / 128)}:home`;
    await client.flushall();
    await client.xadd(bucket, '*', 'field', 'value');
    await expect(insert(hits)).rejects.toMatchObject({ code: 'KAIROS_STORAGE' });
    expect(await client.keys('*')).toEqual([bucket]);
  });

  it('of others who recorded another configuration after a flush refuses the inserts of this one', async () => {
    const hits = await open({ ...minutes, day: { step: 'daily' } });
    await insert(hits);
    await client.flushall();
    const others = await open(hours);
    await insert(others);
    const keys = (await client.keys('*')).sort();
    await expect(insert(hits)).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(/was not stored.*"intervals.minute"/),
      cause: expect.objectContaining({ code: 'KAIROS_CONFIGURATION' }),
    });
    const bulk = new Map([[NOW, { home: [1], about: [2] }]]);
    await expect(hits.bulkInsert(bulk)).rejects.toMatchObject({ failed: bulk, unknown: new Map() });
    expect((await client.keys('*')).sort()).toEqual(keys);
    await insert(others);
    expect([...(await others.get('home', 'minute', { timestamp: NOW })).values()]).toEqual([2]);
  });

  it('of others who recorded the same after a flush, or other intervals, is added to', async () => {
    const hits = await open(minutes);
    await insert(hits);
    await client.flushall();
    await open({ day: { step: 'daily' } });
    await insert(hits);
    expect(await client.get(record)).toContain(
      '["day","daily",null,"UTC",null],["minute",60,null,"UTC",null]',
    );
    await expect(open(hours)).rejects.toEqual(refused);
    const sent = await calls('evalsha');
    await insert(hits);
    expect((await calls('evalsha')) - sent).toBe(1);
  });

  it('to which others add intervals holds up no insert, and comes back with theirs', async () => {
    const hits = await open(minutes);
    await open({ day: { step: 'daily' } });
    await insert(hits);
    const whole = await client.get(record);
    await client.flushall();
    await insert(hits);
    expect(await client.get(record)).toBe(whole);
  });

  it('that came back without the intervals that others added is given them by their next insert', async () => {
    const hits = await open(minutes);
    const pipeline = client.pipeline();
    const days = await open({ day: { step: 'daily' } });
    await insert(days);
    await client.flushall();
    // A pipeline does not see the record.
    await hits.insert('home', 1, { timestamp: NOW, pipeline });
    await pipeline.exec();
    expect(await client.get(record)).not.toContain('day');
    await insert(days);
    expect(await client.get(record)).toContain(
      '["day","daily",null,"UTC",null],["minute",60,null,"UTC",null]',
    );
  });

  it('that others changed knowingly holds up no insert of those who were there before', async () => {
    const hits = await open(minutes);
    await insert(hits);
    const changed = await open(hours, { allowSchemaChange: true });
    for (const each of [hits, changed, hits, changed]) {
      await insert(each);
      await insert(each, 'about');
    }
    expect(await client.get(record)).toContain('["minute",3600,null,"UTC",null]');
    await client.flushall();
    await insert(hits);
    expect(await client.get(record)).toContain('["minute",3600,null,"UTC",null]');
  });

  it.each([
    ['1', '[["minute",60,null,"UTC"]]'],
    ['1', '{"life":"abc","intervals":[["minute",60,null,"UTC"]]}'],
    ['3', '{"layout":3,"lives":["abc"]}'],
  ])('of version %s of the layout is refused, and its data are left alone: %s', async (version, stored) => {
    const hits = await open(minutes);
    await client.set(record, stored);
    const refusal = {
      code: 'KAIROS_CONFIGURATION',
      message: expect.stringMatching(new RegExp(`version ${version}.*expected version 2`)),
    };
    for (const allowSchemaChange of [false, true]) {
      await expect(open(minutes, { allowSchemaChange })).rejects.toMatchObject(refusal);
    }
    await expect(insert(hits)).rejects.toMatchObject({
      message: expect.stringContaining('was not stored'),
      cause: expect.objectContaining(refusal),
    });
    expect(await client.keys('*')).toEqual([record]);
    expect(await client.get(record)).toBe(stored);
  });
});

suite('the record in a cluster', () => {
  let own: OwnCluster;
  let cluster: Cluster;

  beforeAll(async () => {
    own = await OwnCluster.start(3, 0);
    cluster = new Cluster(own.startupNodes);
  }, 120_000);

  afterAll(async () => {
    cluster?.disconnect();
    await own?.end();
  });

  const open = (prefix: string, intervals: IntervalsOptions, allowSchemaChange = false) =>
    kairos.timeseries(cluster, { type: 'count', intervals, prefix, allowSchemaChange });
  const flush = () => Promise.all(cluster.nodes('master').map((node) => node.flushall()));
  const names = Array.from({ length: 40 }, (_, index) => `name ${index}`);
  const refused = { code: 'KAIROS_CONFIGURATION' };

  it('is found after a flush of all nodes by what the next insert left', async () => {
    const hits = await open('flushed', minutes);
    await hits.insert('home', 1, { timestamp: NOW });
    await flush();
    await hits.insert('home', 1, { timestamp: NOW });
    await expect(open('flushed', hours)).rejects.toMatchObject(refused);
    expect(await (await open('flushed', minutes)).list()).toEqual(['home']);
  });

  it('is found after the loss of its node, while the others have data', async () => {
    const hits = await open('lost', minutes);
    await hits.bulkInsert(new Map([[NOW, new Map(names.map((name) => [name, [1]]))]]));
    const record = new Layout('lost', 'count').record;
    const before = await cluster.get(record);
    await cluster.del(record);
    await expect(open('lost', hours)).rejects.toMatchObject(refused);
    expect(await cluster.get(record)).toBe(before);
  });

  it('of others who recorded another configuration after a flush refuses the inserts of this one', async () => {
    const hits = await open('another', minutes);
    await hits.insert('home', 1, { timestamp: NOW });
    await flush();
    const others = await open('another', hours);
    for (const name of names) {
      await expect(hits.insert(name, 1, { timestamp: NOW })).rejects.toMatchObject({
        message: expect.stringMatching(/was not stored.*"intervals.minute"/),
      });
    }
    expect(await others.list()).toEqual([]);
  });

  it('that others add to or change knowingly holds up nobody, and is the same in all shards', async () => {
    const hits = await open('grown', minutes);
    const days = await open('grown', { day: { step: 'daily' } });
    const changed = await open('grown', hours, true);
    for (const each of [hits, days, changed]) {
      for (const name of names) await each.insert(name, 1, { timestamp: NOW });
    }
    const layout = new Layout('grown', 'count');
    const keys = [layout.record, ...names.map((name) => layout.copy(shardOf(name)))];
    const records = new Set(await Promise.all(keys.map((key) => cluster.get(key))));
    expect(records.size).toBe(1);
    expect([...records][0]).toContain('["day","daily",null,"UTC",null],["minute",3600,null,"UTC",null]');
  });

  it('goes with all of its copies when everything is deleted', async () => {
    await flush();
    const hits = await open('deleted', minutes);
    for (const name of names) await hits.insert(name, 1, { timestamp: NOW });
    await hits.deleteAll();
    const left = await Promise.all(cluster.nodes('master').map((node) => node.keys('*')));
    expect(left.flat()).toEqual([]);
    await open('deleted', hours);
  });
});
