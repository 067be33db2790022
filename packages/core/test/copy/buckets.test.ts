import { memory } from '../../../adapter-tests/src/memory/memory-backend.js';
import { addBuckets, readBuckets } from '../../src/copy/buckets.js';
import { Kairos } from '../../src/kairos.js';

const kairos = new Kairos([memory]);
const intervals = { minute: { step: 60 }, day: { step: 'daily', resolution: 3600 } } as const;

describe('The buckets of a name', () => {
  it('are those with data, ascending, at their timestamps', async () => {
    const hits = await kairos.timeseries('memory:', { type: 'count', intervals, readFunc: (value) => value });
    for (const timestamp of [90_061, 61, 7200]) await hits.insert('a', 2, { timestamp });
    await hits.insert('b', 1, { timestamp: 61 });
    const read = async (name: string, interval: 'minute' | 'day') => {
      const found: [number, number][] = [];
      for await (const entry of readBuckets(hits, name, interval)) found.push(entry);
      return found;
    };
    expect(await read('a', 'minute')).toEqual([
      [60, 2],
      [7200, 2],
      [90_060, 2],
    ]);
    expect(await read('a', 'day')).toEqual([
      [0, 2],
      [7200, 2],
      [90_000, 2],
    ]);
    expect(await read('c', 'day')).toEqual([]);
  });

  it('are added to in one interval alone', async () => {
    const clock = () => 864_000;
    const kept = { minute: { step: 60, steps: 10 }, day: { step: 'daily' } } as const;
    const seen = await kairos.timeseries('memory:', { type: 'histogram', intervals: kept, clock });
    const data = new Map([
      ['x', 3],
      ['y', 0.5],
    ]);
    expect(await addBuckets(seen, 'day', [['a', 5, data]])).toEqual({ stored: 1, expired: 0 });
    expect(
      await addBuckets(seen, 'day', [
        ['a', 6, data],
        ['a', 7, new Map([['x', 1]])],
      ]),
    ).toEqual({ stored: 2, expired: 0 });
    expect(await addBuckets(seen, 'minute', [['a', 5, data]])).toEqual({ stored: 0, expired: 1 });
    expect(await seen.get('a', 'day', { timestamp: 0 })).toEqual(
      new Map([
        [
          0,
          new Map([
            ['x', 7],
            ['y', 1],
          ]),
        ],
      ]),
    );
  });

  it('refuse what is no data of the type', async () => {
    const seen = await kairos.timeseries('memory:', { type: 'set', intervals });
    const wrong: Iterable<never> = JSON.parse('[["a", 5, 7]]');
    await expect(addBuckets(seen, 'day', wrong)).rejects.toThrow(
      'The data of "a" is 7; expected that of a set',
    );
  });
});
