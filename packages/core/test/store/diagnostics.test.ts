import { tracingChannel } from 'node:diagnostics_channel';
import { type MemoryTypes, memory } from '../../../adapter-tests/src/memory/memory-backend.js';
import type { Backend, StorageAdapter } from '../../src/adapter.js';
import { copyTimeseries } from '../../src/copy/copy-timeseries.js';
import { Kairos } from '../../src/kairos.js';
import { type StoreCall, traced } from '../../src/store/diagnostics.js';

const kairos = new Kairos([memory]);
const intervals = { minute: { step: 60, steps: 100 }, hour: { step: 3600 } } as const;
const operations = [
  'open',
  'write',
  'read',
  'list',
  'properties',
  'delete',
  'deleteAll',
  'expire',
  'close',
] as const;

/** Collects events published during some work: the operation, its context, and how it ended. */
async function publishedDuring(work: () => Promise<unknown>): Promise<[string, object, string][]> {
  const published: [string, object, string][] = [];
  const stops = operations.map((operation) => {
    const channel = tracingChannel<object, object>(`kairos.${operation}`);
    const subscribers = {
      start: () => undefined,
      end: () => undefined,
      asyncStart: () => undefined,
      asyncEnd: (context: object) => {
        const { result: _, error, ...call } = { result: undefined, error: undefined, ...context };
        published.push([operation, call, error === undefined ? 'resolved' : String(error)]);
      },
      error: () => undefined,
    };
    channel.subscribe(subscribers);
    return () => channel.unsubscribe(subscribers);
  });
  try {
    await work();
  } finally {
    for (const stop of stops) stop();
  }
  return published;
}

describe('The calls of a store', () => {
  it('are published where a copy makes them, writes too', async () => {
    const source = await kairos.timeseries('memory:', { type: 'count', intervals, clock: () => 600 });
    const target = await kairos.timeseries('memory:', { type: 'count', intervals, clock: () => 600 });
    await source.bulkInsert(new Map([[60, { a: [1], b: [2] }]]));
    const published = await publishedDuring(() => copyTimeseries(source, target));
    const writes = published.filter(([operation]) => operation === 'write');
    expect(writes).toEqual([
      ['write', { backend: 'memory', type: 'count', names: 1, buckets: 2 }, 'resolved'],
      ['write', { backend: 'memory', type: 'count', names: 1, buckets: 2 }, 'resolved'],
    ]);
  });

  it('are published with what they are about', async () => {
    const call = { backend: 'memory', type: 'count' };
    const published = await publishedDuring(async () => {
      const hits = await kairos.timeseries('memory:', { type: 'count', intervals, clock: () => 600 });
      await Promise.all([hits.insert('a', 1), hits.insert('a', 2), hits.insert('b', 3)]);
      await hits.insert('a', 1, { combine: false, timestamp: 0 });
      await hits.series(['a', 'b'], 'minute', { start: 0, end: 600 });
      await hits.seriesByName(['a', 'b', 'c'], 'hour', { start: 0 });
      await hits.list();
      await hits.properties('a');
      for await (const [,] of hits.iterate('a', 'minute'));
      await hits.delete('a');
      await hits.expire();
      await hits.expire('b');
      await hits.deleteAll();
      await hits.close();
    });
    expect(published).toEqual(
      [
        ['open', {}],
        ['write', { names: 2, buckets: 4, inserts: 3 }],
        ['write', { names: 1, buckets: 2, inserts: 1 }],
        ['read', { interval: 'minute', names: 2, buckets: 11 }],
        ['read', { interval: 'hour', names: 3, buckets: 1 }],
        ['list', {}],
        ['properties', { names: 1 }],
        ['properties', { names: 1, interval: 'minute' }],
        ['read', { interval: 'minute', names: 1, buckets: 11 }],
        ['delete', { names: 1 }],
        ['expire', {}],
        ['expire', { names: 1 }],
        ['deleteAll', {}],
        ['close', {}],
      ].map(([operation, about]) => [operation, { ...call, ...Object(about) }, 'resolved']),
    );
  });

  it('are published with the error of the store', async () => {
    const read: StorageAdapter['read'] = () => Promise.reject(new Error('gone'));
    const unreadable: Backend<MemoryTypes> = {
      ...memory,
      open: async (request) => Object.assign(await memory.open(request), { read }),
    };
    const broken = new Kairos([unreadable]);
    const hits = await broken.timeseries('memory:', { type: 'gauge', intervals });
    const published = await publishedDuring(() => hits.get('a', 'hour').catch(() => undefined));
    const about = { backend: 'memory', type: 'gauge', interval: 'hour', names: 1, buckets: 1 };
    expect(published).toEqual([['read', about, 'Error: gone']]);
  });

  it('are published with the error of a write of which a part failed, and still end', async () => {
    const lossy: Backend<MemoryTypes> = {
      ...memory,
      open: async (request) => {
        const adapter = await memory.open(request);
        const write: StorageAdapter['write'] = async (writes) =>
          writes.slice(1).map((write) => ({ write, fate: 'unknown', error: new Error('cut off') }));
        return Object.assign(adapter, { write });
      },
    };
    const hits = await new Kairos([lossy]).timeseries('memory:', { type: 'count', intervals });
    for (const combine of [true, false]) {
      const published = await publishedDuring(() =>
        expect(hits.insert('a', 1, { combine })).rejects.toMatchObject({ fate: 'unknown' }),
      );
      const about = { backend: 'memory', type: 'count', names: 1, buckets: 2, inserts: 1 };
      expect(published).toEqual([['write', about, 'Error: cut off']]);
    }
  });

  it('are looked at only where somebody subscribes', async () => {
    const describeCall = jest.fn((): StoreCall => ({ backend: 'memory', type: 'set' }));
    const call = () => traced('list', describeCall, async () => 'names');
    expect(await call()).toBe('names');
    expect(describeCall).not.toHaveBeenCalled();
    expect(await publishedDuring(call)).toEqual([['list', { backend: 'memory', type: 'set' }, 'resolved']]);
    expect(describeCall).toHaveBeenCalledTimes(1);
  });
});
