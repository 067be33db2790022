import { parsePacket } from '../src/serve/statsd.js';

const metric = (line: string) => parsePacket(line).metrics[0];

describe('A line of the statsd protocol', () => {
  it('counts', () => {
    expect(metric('logins:1|c')).toEqual({ type: 'count', name: 'logins', amount: 1 });
    expect(metric('logins:-2.5|c')).toEqual({ type: 'count', name: 'logins', amount: -2.5 });
    expect(metric('logins:3e2|c')).toEqual({ type: 'count', name: 'logins', amount: 300 });
  });

  it('counts more where only a sample is sent', () => {
    expect(metric('logins:2|c|@0.1')).toEqual({ type: 'count', name: 'logins', amount: 20 });
  });

  it('measures, under the two names of the type', () => {
    const expected = { type: 'histogram', name: 'render', value: 320, occurrences: 1 };
    expect(metric('render:320|ms')).toEqual(expected);
    expect(metric('render:320|h')).toEqual(expected);
  });

  it('measures for all of those of which it is a sample', () => {
    expect(metric('render:320|ms|@0.1')).toMatchObject({ value: 320, occurrences: 10 });
    expect(metric('render:320|ms|@0.3')).toMatchObject({ occurrences: 3 });
  });

  it('sets a gauge, or moves it where the value has a sign', () => {
    expect(metric('queue:4|g')).toEqual({ type: 'gauge', name: 'queue', value: 4, relative: false });
    expect(metric('queue:+4|g')).toEqual({ type: 'gauge', name: 'queue', value: 4, relative: true });
    expect(metric('queue:-4|g')).toEqual({ type: 'gauge', name: 'queue', value: -4, relative: true });
  });

  it('adds any text to a set', () => {
    expect(metric('users:765|s')).toEqual({ type: 'set', name: 'users', member: '765' });
    expect(metric('users:a:b ünï|s')).toEqual({ type: 'set', name: 'users', member: 'a:b ünï' });
  });

  it.each([
    'logins',
    ':1|c',
    'logins:|c',
    'logins:1',
    'logins:1|',
    'logins:1|x',
    'logins:one|c',
    'logins:1x|c',
    'logins:0x10|c',
    'logins:NaN|c',
    'logins:Infinity|g',
    'logins:1e999|ms',
    'logins:1e308|c|@0.001',
    'logins:1|c|0.1',
    'logins:1|c|@',
    'logins:1|c|@0',
    'logins:1|c|@-1',
    'logins:1|c|@2',
    'logins:1|c|@0.1|@0.1',
    'render:1|ms|@0.0001',
  ])('is refused where it says nothing that can be counted: %s', (line) => {
    expect(parsePacket(line)).toEqual({ metrics: [], refused: [line] });
  });
});

describe('A packet', () => {
  it('holds several lines, and loses none beside one that cannot be read', () => {
    const { metrics, refused } = parsePacket('a:1|c\nb:2|g\r\nnonsense\n\nc:3|ms\n');
    expect(metrics.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(refused).toEqual(['nonsense']);
  });

  it('may be empty', () => {
    expect(parsePacket('')).toEqual({ metrics: [], refused: [] });
  });
});
