import { byName } from '../../src/for-adapters/by-name.js';

const of = (...names: string[]) => names.map((name, place) => ({ name, place }));

describe('Writes', () => {
  it('are parted by their names, in their order', () => {
    const parted = [...byName(of('a', 'a', 'b', 'c', 'c'))];
    expect(parted.map((named) => named.map(({ name, place }) => `${name}${place}`))).toEqual([
      ['a0', 'a1'],
      ['b2'],
      ['c3', 'c4'],
    ]);
  });

  it('that there are none of make no part', () => {
    expect([...byName([])]).toEqual([]);
  });
});
