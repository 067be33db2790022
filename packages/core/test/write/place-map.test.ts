import fc from 'fast-check';
import { PlaceMap } from '../../src/write/place-map.js';

const place = fc.record({
  bucket: fc.integer({ min: -3, max: 9 }),
  resolution: fc.integer({ min: -1, max: 3 }),
});

describe('A map from places', () => {
  it('holds the last value of each, whatever their order', () => {
    const property = fc.property(fc.array(place), place, (places, other) => {
      const map = new PlaceMap<number>();
      const expected = new Map<string, number>();
      const keyOf = ({ bucket, resolution }: typeof other) => `${bucket} ${resolution}`;
      for (const [index, each] of places.entries()) {
        map.set(each, index);
        expected.set(keyOf(each), index);
      }
      for (const each of [...places, other]) expect(map.get(each)).toBe(expected.get(keyOf(each)));
      expect(map.values()).toEqual([...expected.values()]);
    });
    fc.assert(property);
  });
});
