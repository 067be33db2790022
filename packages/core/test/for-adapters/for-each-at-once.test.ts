import { forEachAtOnce } from '../../src/for-adapters/for-each-at-once.js';

function* numbers(count: number): Generator<number> {
  for (let number = 0; number < count; number++) yield number;
}

describe('Work on many items', () => {
  it('is done on each item, so many at a time', async () => {
    const done: number[] = [];
    let [most, underWay] = [0, 0];
    await forEachAtOnce(numbers(100), 7, async (number) => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay--;
      done.push(number);
    });
    expect(done).toEqual([...numbers(100)]);
    expect(most).toBe(7);
  });

  it('is done at once where there are fewer items, or none', async () => {
    const begun: number[] = [];
    const work = async (number: number) => {
      begun.push(number);
    };
    const worked = forEachAtOnce(numbers(3), Number.POSITIVE_INFINITY, work);
    expect(begun).toEqual([0, 1, 2]);
    await worked;
    await forEachAtOnce(numbers(0), 5, work);
    expect(begun).toHaveLength(3);
  });

  it('fails with the first item that does, and begins no other', async () => {
    const begun: number[] = [];
    const worked = forEachAtOnce(numbers(100), 4, async (number) => {
      begun.push(number);
      await new Promise(setImmediate);
      if (number === 1) throw new Error('mine');
    });
    await expect(worked).rejects.toThrow('mine');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(begun.length).toBeLessThan(9);
  });

  it('fails with its items, once the work on those before has ended', async () => {
    let ended = 0;
    function* failing() {
      yield* numbers(2);
      throw new Error('no more');
    }
    const worked = forEachAtOnce(failing(), 5, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended++;
    });
    await expect(worked).rejects.toThrow('no more');
    expect(ended).toBe(2);
  });
});
