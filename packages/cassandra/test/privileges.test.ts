import { cassandra } from '@kairos/cassandra';
import { Kairos, type TimeseriesType } from '@kairos/core';
import type { Client } from 'cassandra-driver';
import { connectTo, contactPoints, describeWithServer, dropKeyspace } from './support/cluster.js';
import { admin, createKeyspace, createUser, USERS_VARIABLE } from './support/users.js';

describeWithServer('A user who is granted', () => {
  const kairos = new Kairos([cassandra]);
  const keyspace = `kairos_rights_${process.pid}`;
  const [writer, reader] = [`writer_${process.pid}`, `reader_${process.pid}`];
  const intervals = { minute: { step: 60, steps: 10 }, day: { step: 'daily', resolution: 60 } } as const;
  const kinds = [
    ['series', {}],
    ['histogram', {}],
    ['count', {}],
    ['count', { floatingCounts: true }],
    ['gauge', {}],
    ['set', {}],
  ] as const;
  let client: Client;

  beforeAll(async () => {
    client = connectTo(contactPoints(USERS_VARIABLE), admin);
    await createKeyspace(client, keyspace);
    await createUser(client, writer, keyspace, 'noTables');
    await createUser(client, reader, keyspace, 'reads');
  });

  afterAll(async () => {
    for (const user of [writer, reader]) await client.execute(`DROP ROLE ${user}`);
    await client.shutdown();
    await dropKeyspace(contactPoints(USERS_VARIABLE), keyspace, admin);
  });

  const open = (user: string, type: TimeseriesType, options: { readonly floatingCounts?: boolean }) => {
    const password = user === 'cassandra' ? user : 'secret';
    const url = `cassandra://${user}:${password}@${contactPoints(USERS_VARIABLE)}/${keyspace}`;
    const tableName = options.floatingCounts ? 'fractions' : 'given';
    return kairos.timeseries(url, { type, intervals, tableName, ...options });
  };

  it.each(kinds)(
    'SELECT and MODIFY works with the tables of a %s that are there (%j)',
    async (type, options) => {
      await (await open('cassandra', type, options)).close();
      const now = Math.floor(Date.now() / 1000);
      const timeseries = await open(writer, type, options);
      for (const name of ['home', 'gone']) await timeseries.insert(name, 1);
      await timeseries.bulkInsert(new Map([[now - 86_400, { home: [1], away: [2] }]]));
      expect((await timeseries.list()).sort()).toEqual(['away', 'gone', 'home']);
      expect((await timeseries.get('home', 'minute')).size).toBe(1);
      expect((await timeseries.series(['home', 'away'], 'day', { steps: 2 })).size).toBe(2);
      expect(Object.keys(await timeseries.properties('home'))).toContain('day');
      await timeseries.delete('gone');
      if (type === 'histogram' || (type === 'count' && !('floatingCounts' in options)))
        await timeseries.expire();
      expect((await timeseries.list()).sort()).toEqual(['away', 'home']);
      await timeseries.deleteAll();
      expect(await timeseries.list()).toEqual([]);
      await timeseries.close();
    },
  );

  it('SELECT and MODIFY is told where a table is missing', async () => {
    const url = `cassandra://${writer}:secret@${contactPoints(USERS_VARIABLE)}/${keyspace}`;
    const opening = kairos.timeseries(url, { type: 'count', intervals, tableName: 'missing' });
    await expect(opening).rejects.toMatchObject({
      code: 'KAIROS_STORAGE',
      message: expect.stringMatching(/CREATE permission/),
    });
  });

  it('SELECT reads what another user recorded, and writes nothing', async () => {
    const owner = await open('cassandra', 'count', {});
    await owner.insert('home', 2);
    const hits = await open(reader, 'count', {});
    expect(await hits.list()).toEqual(['home']);
    expect([...(await hits.get('home', 'minute')).values()]).toEqual([2]);
    await expect(hits.insert('home', 1)).rejects.toMatchObject({ code: 'KAIROS_STORAGE', fate: 'failed' });
    expect([...(await owner.get('home', 'minute')).values()]).toEqual([2]);
    for (const opened of [hits, owner]) await opened.close();
  });
});
