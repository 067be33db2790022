// The tests of a program that uses Kairos, for jest and vitest; copied into a separate project.
import { statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { Kairos, KairosError, StorageError } from '@kairos/core';
import { sql } from '@kairos/sql';

const file = fileURLToPath(import.meta.url);
const kairos = new Kairos([sql]);
const intervals = { minute: { step: 60 } };
const T = 1_700_000_020;
const MINUTE = T - (T % 60);
const foreign = (code) => runInNewContext(code, { T });
const open = (type, valueType) => kairos.timeseries('sqlite::memory:', { type, valueType, intervals });
const fakes = globalThis.vi ?? import.meta.jest;

describe('A program under test', () => {
  it('stores under the times of files', async () => {
    const hits = await open('count');
    const { mtime } = statSync(file);
    await hits.insert('file', 1, { timestamp: mtime });
    await hits.bulkInsert(new Map([[mtime, { file: [2] }]]));
    expect([...(await hits.get('file', 'minute', { timestamp: mtime })).values()]).toEqual([3]);
    await hits.close();
  });

  it('stores maps, sets, bytes and dates of another realm', async () => {
    const seen = await open('series', 'int');
    await seen.bulkInsert(foreign('new Map([[T, new Map([["a", new Set([1, 2])]])]])'));
    await seen.insert('a', foreign('new Set([3])'), { timestamp: foreign('new Date(T * 1000)') });
    const read = await seen.get(foreign('new Set(["a"])'), 'minute', { timestamp: T });
    expect([...read]).toEqual([[MINUTE, [1, 2, 3]]]);
    const blobs = await open('histogram', 'blob');
    const bytes = foreign('new Uint8Array([0, 255])');
    await blobs.insert('a', [bytes, Buffer.from([0, 255])], { timestamp: T });
    const [counts] = (await blobs.get('a', 'minute', { timestamp: T })).values();
    expect([...counts].map(([value, count]) => [...value, count])).toEqual([[0, 255, 2]]);
    for (const timeseries of [seen, blobs]) await timeseries.close();
  });

  it('returns dates', async () => {
    const days = await open('set', 'datetime');
    await days.insert('a', [new Date(0), foreign('new Date(0)')], { timestamp: T });
    const [found] = (await days.get('a', 'minute', { timestamp: T })).values();
    expect([...found].map((day) => day.getTime())).toEqual([0]);
    await days.close();
  });

  it('gets the reason why a server is unreachable', async () => {
    for (const url of ['postgres://nobody@127.0.0.1:1/none', 'mysql://nobody@127.0.0.1:1/none']) {
      const error = await kairos.timeseries(url, { type: 'count', intervals }).catch((thrown) => thrown);
      expect(error instanceof StorageError && error instanceof KairosError).toBe(true);
      expect(error.message).toContain('failed: connect ECONNREFUSED');
    }
  });

  it('reads long series while its timers are faked', async () => {
    const hits = await open('count');
    fakes.useFakeTimers();
    try {
      const read = await hits.series('a', 'minute', { start: 0, steps: 300_000 });
      expect(read.size).toBe(300_000);
    } finally {
      fakes.useRealTimers();
    }
    await hits.close();
  });

  for (const variable of ['POSTGRES_URL', 'MARIADB_URL']) {
    const url = process.env[variable];
    it(`learns that nothing is stored if the server of ${variable} stops listening`, async () => {
      const way = await wayTo(new URL(url));
      const hits = await kairos.timeseries(way.url, { type: 'count', intervals, tableName: 'runner' });
      try {
        await hits.insert('a', 1, { timestamp: T });
        await way.end();
        // Open connections may break during the first insert; after that there are none.
        await hits.insert('a', 1, { timestamp: T }).catch(() => undefined);
        const inserts = new Map([[T, { a: [1] }]]);
        const error = await hits.bulkInsert(inserts).catch((thrown) => thrown);
        expect([error.code, error.failed, error.unknown]).toEqual(['KAIROS_BULK_INSERT', inserts, new Map()]);
      } finally {
        await way.end();
        await hits.close().catch(() => undefined);
      }
    }, 60_000);
  }
});

/** A proxy to a server. After `end()`, nothing listens there any more. */
async function wayTo(server) {
  const sockets = new Set();
  const way = createServer((socket) => {
    const onward = connect(Number(server.port), server.hostname);
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => undefined);
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise((resolve) => {
    way.listen(0, '127.0.0.1', resolve);
  });
  const url = new URL(server);
  url.host = `127.0.0.1:${way.address().port}`;
  return {
    url: url.href,
    end: async () => {
      way.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
