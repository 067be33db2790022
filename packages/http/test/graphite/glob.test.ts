import { Glob } from '../../src/graphite/glob.js';

const matches = (pattern: string, path: string) => new Glob(pattern).matches(path.split('.'));

describe('A pattern', () => {
  it.each([
    ['hits.*', 'hits.home', true],
    ['hits.*', 'hits.home.mobile', false],
    ['hits.*', 'hits', false],
    ['*.*', 'a.b', true],
    ['h*m*e.x', 'home.x', true],
    ['h*m*e.x', 'homer.x', false],
    ['a.?', 'a.🦊', true],
    ['a.?', 'a.bc', false],
    ['a.{b,c}', 'a.c', true],
    ['a.{b,c}', 'a.d', false],
    ['a.{b{1,2},c}x', 'a.b2x', true],
    ['{a.b,c}.d', 'a.b.d', true],
    ['{a.b,c}.d', 'c.d', true],
    ['a.{,x}b', 'a.b', true],
    ['a.[a-c]1', 'a.b1', true],
    ['a.[!a-c]1', 'a.b1', false],
    ['a.[!a-c]1', 'a.d1', true],
    ['a.[xyz]', 'a.y', true],
    ['a.[', 'a.[', true],
    ['a.[b.c]', 'a.[b.c]', true],
    ['a.\\*', 'a.*', true],
    ['a.\\*', 'a.b', false],
    ['A.b', 'a.b', false],
    ['a.(b)+$^|', 'a.(b)+$^|', true],
  ])('%j on %j: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });

  it('knows what names begin with that it matches', () => {
    const prefixes = (pattern: string, nodes: string[]) =>
      new Glob(pattern).after(nodes).map((rest) => rest.prefix);
    expect(prefixes('hits.home.m*', ['hits'])).toEqual(['home.m']);
    expect(prefixes('hits.{home,about}.*', ['hits'])).toEqual(['home.', 'about.']);
    expect(prefixes('*.home', ['hits'])).toEqual(['home']);
    expect(prefixes('other.home', ['hits'])).toEqual([]);
  });

  it('without wildcards is one path', () => {
    expect(new Glob('a.b\\*').literal).toBe('a.b*');
    expect(new Glob('a.b*').literal).toBeUndefined();
    expect(new Glob('a.{b,c}').literal).toBeUndefined();
  });

  it('takes no longer for many wildcards over long names', () => {
    const started = performance.now();
    expect(matches(`a.${'*a'.repeat(50)}b`, `a.${'a'.repeat(10_000)}`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('of too many alternatives or braces is refused', () => {
    expect(() => new Glob('{a,b}'.repeat(11))).toThrow('more than 1000 alternatives');
    expect(() => new Glob('{'.repeat(500))).toThrow('more than 100 braces');
    expect(() => new Glob('{a')).toThrow('a "{" without a "}"');
  });
});
