import { cassandra } from '@kairos/cassandra';
import { Kairos } from '@kairos/core';

const kairos = new Kairos([cassandra]);
const intervals = { day: { step: 'daily' } } as const;

/** Compiles only if the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

describe('The compiler', () => {
  it('takes the values of the valueType, numbers where there is none', () => {
    const use = async () => {
      const seen = await kairos.timeseries('cassandra:', { type: 'set', intervals });
      await seen.insert('visitors', 5);
      // @ts-expect-error a string is no number
      await seen.insert('visitors', 'ada');
      const numbers = await seen.get('visitors', 'day');
      const texts = await kairos.timeseries('cassandra:', { type: 'set', intervals, valueType: 'text' });
      await texts.insert('visitors', 'ada');
      // @ts-expect-error a number is no text
      await texts.insert('visitors', 5);
      const strings = await texts.get('visitors', 'day');
      const same: [
        Same<typeof numbers, Map<number, Set<number>>>,
        Same<typeof strings, Map<number, Set<string>>>,
      ] = [true, true];
      return same;
    };
    expect(use).toBeInstanceOf(Function);
  });

  it('refuses a valueType that there is not', async () => {
    // @ts-expect-error there is no such valueType
    const opening = kairos.timeseries('cassandra:', { type: 'set', intervals, valueType: 'varchar' });
    await expect(opening).rejects.toThrow('valueType');
  });
});
