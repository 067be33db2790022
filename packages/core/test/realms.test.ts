import { statSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { type MemoryTypes, memory } from '../../adapter-tests/src/memory/memory-backend.js';
import type { Backend } from '../src/adapter.js';
import { InvalidValueError, StorageError } from '../src/errors.js';
import { fetchedRows } from '../src/for-adapters/fetched-buckets.js';
import { Kairos } from '../src/kairos.js';
import { dataTypes } from '../src/types/index.js';
import { isBytes, isDate, isError, isMap, isSet } from '../src/values/kinds.js';
import { bytesOf, storeBytes } from '../src/values/typed-values.js';
import { describeValue, identityOf } from '../src/values/value.js';

/** Creates objects with the classes of another realm. */
const foreign = (code: string) => runInNewContext(code, { T: 1_700_000_000 });
const T = 1_700_000_000;
const intervals = { minute: { step: 60 } } as const;
const MINUTE = 1_699_999_980;

describe('What another realm made', () => {
  it.each([
    ['new Date(0)', isDate, Date],
    ['new Map()', isMap, Map],
    ['new Set()', isSet, Set],
    ['new Uint8Array(1)', isBytes, Uint8Array],
    ['new RangeError("far")', isError, Error],
  ] as const)('is known for what it is: %s', (code, is, own) => {
    expect(foreign(code) instanceof own).toBe(false);
    expect([isDate, isMap, isSet, isBytes, isError].filter((each) => each(foreign(code)))).toEqual([is]);
  });

  it('is a timestamp where it is a Date, as the times of files are under jest', async () => {
    const hits = await new Kairos([memory]).timeseries('memory:', { type: 'count', intervals });
    const timestamp = foreign('new Date(T * 1000)');
    await hits.insert('a', 1, { timestamp });
    await hits.insert('file', 1, { timestamp: statSync(__filename).mtime });
    await hits.bulkInsert(new Map([[timestamp, { a: [2] }]]));
    expect(await hits.get('a', 'minute', { timestamp })).toEqual(new Map([[MINUTE, 3]]));
    expect(await hits.series('a', 'minute', { start: timestamp, end: timestamp })).toEqual(
      new Map([[MINUTE, 3]]),
    );
    await expect(hits.insert('a', 1, { timestamp: foreign('new Date(NaN)') })).rejects.toThrow(
      'Option "timestamp" is an invalid Date',
    );
  });

  it('is a Map of inserts, of names, and a Set or an array of values', async () => {
    const seen = await new Kairos([memory]).timeseries('memory:', { type: 'series', intervals });
    await seen.bulkInsert(foreign('new Map([[T, { a: [1] }], [T + 1, new Map([["a", new Set([2])]])]])'));
    await seen.insert('a', foreign('new Set([3, 4])'), { timestamp: T });
    expect(await seen.get(foreign('new Set(["a"])'), 'minute', { timestamp: T })).toEqual(
      new Map([[MINUTE, [1, 2, 3, 4]]]),
    );
    const transform = foreign('new Set(["count", "sum"])');
    expect(await seen.get('a', 'minute', { timestamp: T, transform })).toEqual(
      new Map([[MINUTE, { count: 4, sum: 10 }]]),
    );
  });

  it('is data that customized reads return', async () => {
    expect([...fetchedRows('a', foreign('new Map([[1, new Map([[0, 5]])]])'), true)]).toEqual([
      { name: 'a', bucket: 1, resolution: 0, data: 5 },
    ]);
    for (const [type, code] of [
      ['histogram', 'new Map([[2, 1]])'],
      ['set', 'new Set([2])'],
    ] as const) {
      const seen = await new Kairos([memory]).timeseries('memory:', { type, intervals });
      await seen.insert('a', 1, { timestamp: T });
      const data = foreign(code);
      const read = await seen.get('a', 'minute', { timestamp: T, fetch: () => data, transform: 'sum' });
      expect(read).toEqual(new Map([[MINUTE, 2]]));
    }
  });

  it('is a value by its content', () => {
    expect(bytesOf(storeBytes(foreign('new Uint8Array([1, 255])')))).toEqual(Buffer.from([1, 255]));
    expect(() => storeBytes(foreign('new Uint16Array(1)'))).toThrow(InvalidValueError);
    expect(identityOf(foreign('new Date(5)'))).toBe(identityOf(new Date(5)));
    expect(identityOf(foreign('new Uint8Array([7])'))).toBe(identityOf(Buffer.from([7])));
    expect(describeValue(foreign('new Date(0)'))).toBe('1970-01-01T00:00:00.000Z');
    const joined = dataTypes.set.join([new Set([foreign('new Date(5)')]), new Set([new Date(5)])]);
    expect(joined.size).toBe(1);
    const dates = [foreign('new Date(5)'), new Date(9)];
    expect(dataTypes.series.transform('max', dates, 1)).toEqual(new Date(9));
  });

  it('is an error whose message is told', async () => {
    const cause = foreign('new RangeError("refused")');
    const broken: Backend<MemoryTypes> = { ...memory, open: () => Promise.reject(cause) };
    const opening = new Kairos([broken]).timeseries('memory:', { type: 'count', intervals });
    await expect(opening).rejects.toThrow(StorageError);
    await expect(opening).rejects.toThrow('failed: refused');
    await expect(opening).rejects.toMatchObject({ cause });
  });
});
