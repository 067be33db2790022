// The tests of a program that uses Kairos, as jest and vitest run them; copied into a project of its own.
import { statSync } from 'node:fs';
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

  it('is told why a server cannot be reached', async () => {
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
});
