import { Pending } from '../src/pending.js';

describe('What waits to be written', () => {
  it('is taken once, by second and name, in order of arrival', () => {
    const pending = new Pending<number>();
    pending.add(10, 'a', [1, 2]);
    pending.add(10, 'b', [3]);
    pending.add(10, 'a', [4]);
    expect(pending.size).toBe(4);
    expect(pending.take()).toEqual(
      new Map([
        [
          10,
          new Map([
            ['a', [1, 2, 4]],
            ['b', [3]],
          ]),
        ],
      ]),
    );
    expect(pending.size).toBe(0);
    expect(pending.take().size).toBe(0);
  });

  it('is put back before what has arrived since', () => {
    const pending = new Pending<number>();
    pending.add(10, 'a', [1]);
    const taken = pending.take();
    pending.add(11, 'a', [3]);
    pending.add(10, 'a', [2]);
    pending.putBack(taken);
    expect(pending.size).toBe(3);
    expect([...pending.take()]).toEqual([
      [10, new Map([['a', [1, 2]]])],
      [11, new Map([['a', [3]]])],
    ]);
  });
});
