import { textAfter } from '../../src/for-adapters/text-after.js';

describe('The text after a prefix', () => {
  it.each([
    ['a', 'b'],
    ['home.\u007f', 'home.\u0080'],
    ['\ud7ff', '\ue000'],
    ['\uffff', '\u{10000}'],
    ['a\u{10ffff}', 'b'],
  ])('of %j is %j', (prefix, end) => {
    expect(textAfter(prefix)).toBe(end);
  });

  it('is none where nothing is beyond', () => {
    expect(textAfter('')).toBeNull();
    expect(textAfter('\u{10ffff}')).toBeNull();
  });
});
