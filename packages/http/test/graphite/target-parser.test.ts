import { BadRequest } from '../../src/graphite/bad-request.js';
import { parseTarget } from '../../src/graphite/target-parser.js';

describe('A target', () => {
  it('is a path, wildcards and all', () => {
    expect(parseTarget('hits.{home,about}.[a-z]*.?')).toEqual({
      kind: 'path',
      text: 'hits.{home,about}.[a-z]*.?',
      pattern: 'hits.{home,about}.[a-z]*.?',
    });
  });

  it('is a call of paths, calls, numbers, strings, truth and arguments by name', () => {
    const parsed = parseTarget(`summarize( scale(hits.home,-1.5e3), "1h" , 'sum', alignToFrom=true, None)`);
    expect(parsed).toMatchObject({
      kind: 'call',
      name: 'summarize',
      position: 1,
      args: [
        {
          value: {
            name: 'scale',
            text: 'scale(hits.home,-1.5e3)',
            position: 12,
            args: [{ value: { kind: 'path' } }, { value: { kind: 'literal', value: -1500 } }],
          },
        },
        { value: { kind: 'literal', value: '1h' } },
        { value: { kind: 'literal', value: 'sum' } },
        { name: 'alignToFrom', value: { kind: 'literal', value: true } },
        { value: { kind: 'literal', value: null } },
      ],
    });
  });

  it('has names that begin like numbers, and any character after a backslash', () => {
    expect(parseTarget('hits.404')).toMatchObject({ kind: 'path' });
    expect(parseTarget('404.hits')).toMatchObject({ kind: 'path' });
    expect(parseTarget('alias(a\\,b\\).c, "x")')).toMatchObject({
      args: [{ value: { kind: 'path', pattern: 'a\\,b\\).c' } }, {}],
    });
    expect(parseTarget('hits.größe.🦊')).toMatchObject({ kind: 'path', pattern: 'hits.größe.🦊' });
  });

  it('may have a call without arguments, and quotes within quotes', () => {
    expect(parseTarget('f()')).toMatchObject({ name: 'f', args: [] });
    expect(parseTarget(`alias(a, 'it\\'s "so"')`)).toMatchObject({
      args: [{}, { value: { value: `it's "so"` } }],
    });
    expect(parseTarget('aliasSub(a, "(^.*$)", "\\1 A")')).toMatchObject({
      args: [{}, { value: { value: '(^.*$)' } }, { value: { value: '\\1 A' } }],
    });
  });

  it.each([
    ['', 'has the end at position 1; expected a path, a function, a number or a string'],
    ['scale(a', 'has the end at position 8; expected "," or ")"'],
    ['scale(a,', 'has the end at position 9; expected a path'],
    ['scale(a,)', 'has ")" at position 9; expected a path'],
    ['scale(a) b', 'has "b" at position 10; expected the end of the target'],
    ['a.{b,c', 'has the end at position 7; expected a closing "}"'],
    ['a.b}', 'has "}" at position 4; expected no "}" without a "{" before it'],
    ["alias(a, 'b)", `has the end at position 13; expected a closing '`],
    ['a.*(b)', 'has "a.*(b)" at position 1; expected the name of a function before "("'],
    [`${'f('.repeat(200)}a${')'.repeat(200)}`, 'expected at most 100 calls within one another'],
  ])('%j is refused with the position', (target, message) => {
    expect(() => parseTarget(target)).toThrow(BadRequest);
    expect(() => parseTarget(target)).toThrow(message);
  });
});
