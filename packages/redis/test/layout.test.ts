import { dataKey, indexKey, intervalField, Layout, shardOf, shards } from '../src/layout.js';
import { decodeValue, encodeValue } from '../src/values.js';

const hostile = [
  'a',
  'ab',
  'a*',
  'a:b',
  'b',
  ':',
  '::',
  '/',
  '{',
  '}',
  '{}',
  '}{',
  '%',
  '%7B',
  'a/1',
  '1:a',
  'é\0🙂',
];

describe('the layout', () => {
  it('is what the README shows', () => {
    const layout = new Layout('kairos', 'count');
    const names = layout.names(shardOf('home'));
    expect(layout.record).toBe('kairos:count:record');
    expect(names).toBe('kairos:count:{d0}');
    expect(indexKey(names, 'home')).toBe('kairos:count:{d0}:home');
    expect(dataKey(names, intervalField('minute', false), 221354, 'home')).toBe(
      'kairos:count:{d0}minute:221354:home',
    );
    expect(dataKey(names, intervalField('month', true), 307, 'home')).toBe('kairos:count:{d0}month/307:home');
  });

  it('never gives two things the same key', () => {
    const keys = new Set<string>();
    let given = 0;
    const give = (key: string) => {
      keys.add(key);
      given++;
    };
    for (const prefix of ['', ...hostile, 'a:count', 'count']) {
      for (const type of ['count', 'gauge']) {
        const layout = new Layout(prefix, type);
        give(layout.record);
        for (const shard of new Set(hostile.map(shardOf))) give(layout.names(shard));
        for (const name of hostile) {
          const names = layout.names(shardOf(name));
          give(indexKey(names, name));
          for (const interval of hostile) {
            for (const resolved of [false, true]) {
              for (const bucket of [-1, 1, 11]) {
                give(dataKey(names, intervalField(interval, resolved), bucket, name));
              }
            }
          }
        }
      }
    }
    expect(keys.size).toBe(given);
  });

  it('keeps all keys of a name in one slot: the tag is the shard, whatever the prefix and the name hold', () => {
    for (const prefix of hostile) {
      for (const name of hostile) {
        const names = new Layout(prefix, 'count').names(shardOf(name));
        const keys = [names, indexKey(names, name), dataKey(names, intervalField('{}', true), 1, name)];
        for (const key of keys) expect(/\{(.*?)\}/s.exec(key)?.[1]).toBe(shardOf(name));
      }
    }
  });

  it('spreads names over all shards', () => {
    const found = new Set(Array.from({ length: 5000 }, (_, index) => shardOf(`name ${index}`)));
    expect(found.size).toBe(shards.length);
  });
});

describe('a stored value', () => {
  it('is told from every other one, and comes back as it was', () => {
    const values = [
      0,
      1,
      -1,
      1.5,
      1e21,
      5e-324,
      '',
      '0',
      '1',
      '-1',
      '1.5',
      "'",
      "''",
      "'1",
      '-',
      'home',
      'é\0🙂',
    ];
    const texts = values.map(encodeValue);
    expect(new Set(texts).size).toBe(values.length);
    expect(texts.map(decodeValue)).toEqual(values);
  });

  it('reads plainly', () => {
    expect([encodeValue(3.5), encodeValue('home'), encodeValue('3.5')]).toEqual(['3.5', 'home', "'3.5"]);
  });
});
