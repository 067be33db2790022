import { Kairos } from '@kairos/core';
import { sql, type ValuesByType } from '@kairos/sql';

const kairos = new Kairos([sql]);
const intervals = { day: { step: 'daily' } } as const;
const at = { timestamp: 0 };

/** Compiles only if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

describe('the valueType', () => {
  it('decides what is written and read', async () => {
    const dates = await kairos.timeseries('sqlite::memory:', {
      type: 'series',
      valueType: 'date',
      intervals,
    });
    await dates.insert('name', new Date(0), at);
    const read = await dates.get('name', 'day', at);
    const same: Same<typeof read, Map<number, Date[]>> = true;
    expect([same, [...read.values()]]).toEqual([true, [[new Date(0)]]]);

    // @ts-expect-error a date is no text
    await expect(dates.insert('name', '1970-01-01', at)).rejects.toThrow('Date');
    // @ts-expect-error there is no such interval
    await expect(dates.get('name', 'hour')).rejects.toThrow('hour');
    await dates.close();
  });

  it('is float where it is left out', async () => {
    const seen = await kairos.timeseries('sqlite::memory:', { type: 'set', intervals });
    await seen.insert('visitors', 1.5, at);
    const read = await seen.get('visitors', 'day', at);
    const same: Same<typeof read, Map<number, Set<number>>> = true;
    expect([same, [...read.values()]]).toEqual([true, [new Set([1.5])]]);

    // @ts-expect-error a string is no number
    await expect(seen.insert('visitors', 'ada', at)).rejects.toThrow('"ada"');
    await seen.close();
  });

  it('leaves counts numbers', async () => {
    const hits = await kairos.timeseries('sqlite::memory:', { type: 'count', valueType: 'long', intervals });
    await hits.insert('name', 2, at);
    const read = await hits.get('name', 'day', { ...at, transform: 'rate' });
    const same: Same<typeof read, Map<number, number>> = true;
    expect([same, [...read.values()]]).toEqual([true, [2 / 86_400]]);
    await hits.close();
  });

  it('stands for one type of values each', () => {
    const same: Same<ValuesByType['long'] | ValuesByType['blob'], number | bigint | Uint8Array> = true;
    expect(same).toBe(true);
  });

  it('is one of those that there are', async () => {
    // @ts-expect-error there is no such valueType
    const opening = kairos.timeseries('sqlite::memory:', { type: 'gauge', valueType: 'varchar', intervals });
    await expect(opening).rejects.toThrow('valueType');
  });
});
