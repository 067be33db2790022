import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer, type Server } from './support/servers.js';

const kairos = new Kairos([sql]);

function closeTests(server: Server): void {
  const namespaces: string[] = [];

  afterAll(() => dropTables(server, namespaces));

  function newTable(): string {
    const tableName = `close_${process.pid}_${namespaces.length}`;
    namespaces.push(tableName);
    return tableName;
  }

  it('close waits for calls of several statements that take turns on few connections', async () => {
    const intervals = {
      minute: { step: 60, steps: 5 },
      hour: { step: 3600, steps: 5 },
      day: { step: 'daily', steps: 5 },
    } as const;
    const clientConfig = server.name === 'PostgreSQL' ? { max: 2 } : { connectionLimit: 2 };
    const options = { type: 'count', tableName: newTable(), intervals, clientConfig } as const;
    const hits = await kairos.timeseries(server.url, options);
    await hits.insert('home', 1);
    const calls = Array.from({ length: 8 }, () => hits.expire());
    await hits.close();
    await Promise.all(calls);
  });

  if (server.name !== 'PostgreSQL') return;

  it('close waits for inserts that create their partitions', async () => {
    const intervals = { minute: { step: 60 } } as const;
    const options = { type: 'count', tableName: newTable(), intervals, partitions: { minute: 10 } } as const;
    const hits = await kairos.timeseries(server.url, options);
    const inserts = Array.from({ length: 40 }, (_, range) =>
      hits.insert('home', 1, { timestamp: range * 600 }),
    );
    await hits.close();
    await Promise.all(inserts);
    const again = await kairos.timeseries(server.url, options);
    const stored = await again.series('home', 'minute', { start: 0, steps: 400, collapse: true });
    expect(stored).toEqual(new Map([[0, 40]]));
    await again.close();
  });
}

onServer(postgresServer, closeTests);
onServer(mariadbServer, closeTests);
onServer(mysqlServer, closeTests);
