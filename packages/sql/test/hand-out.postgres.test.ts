import { connect, createServer, type Server } from 'node:net';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');

/** The message of a server that is shutting down. */
function goingAway(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0', 'latin1');
  const head = Buffer.alloc(5);
  head.write('E', 'latin1');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** A proxy. On the second connection, the server's goodbye comes in the same chunk as its ready message. */
async function proxyBefore(target: URL): Promise<Server> {
  let connections = 0;
  const server = createServer((client) => {
    const second = ++connections === 2;
    const upstream = connect(Number(target.port), target.hostname);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      if (second && chunk.includes(READY)) client.end(Buffer.concat([chunk, goingAway()]));
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

onServer(postgresServer, (server) => {
  const tableName = `hand_out_${process.pid}`;

  afterAll(() => dropTables(server, [tableName]));

  it('a connection that is lost while it is handed out fails or is replaced, and ends no process', async () => {
    const target = new URL(server.url);
    const proxy = await proxyBefore(target);
    const address = proxy.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
    target.hostname = '127.0.0.1';
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtExceptionMonitor', note);
    const through = new URL(target);
    through.port = String(address.port);
    const hits = await new Kairos([sql]).timeseries(through.href, {
      type: 'count',
      tableName,
      intervals: { minute: { step: 60 } },
      combine: false,
    });
    const at = { timestamp: 60 };
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => hits.insert('home', 1, at)));
    const stored = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(stored).toBeGreaterThanOrEqual(3);
    expect([...(await hits.get('home', 'minute', at)).values()]).toEqual([stored]);
    expect(uncaught).toEqual([]);
    process.off('uncaughtExceptionMonitor', note);
    await hits.close();
    proxy.close();
  });
});
