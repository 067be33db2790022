import { BulkInsertError, type BulkInserts, InvalidValueError, StorageError, type Value } from '@kairos/core';
import { defineConfig } from '../src/config.js';
import { isLoopback, parseAddress, written } from '../src/serve/address.js';
import { authorizationBy } from '../src/serve/authorization.js';
import { Batch } from '../src/serve/batch.js';
import { isPickle, parseCarbonLine } from '../src/serve/carbon.js';
import { GaugeLevels } from '../src/serve/gauge-levels.js';
import { Lanes } from '../src/serve/lanes.js';
import { lineValue } from '../src/serve/line-value.js';
import { LineSplitter } from '../src/serve/lines.js';
import { Log, quoted } from '../src/serve/log.js';
import { Outlet, type Sink } from '../src/serve/outlet.js';
import { defaultRules, Rules, type Types } from '../src/serve/rules.js';

/** Returns numbers from 0 up to, but not including, 1: the same ones for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const seeds = Array.from({ length: 100 }, (_, seed) => seed);

describe('A stream of lines', () => {
  it('is cut at its newlines, whatever its packets are', () => {
    for (const seed of seeds) {
      const next = random(seed);
      const lines = Array.from({ length: 30 }, () => 'aé😀 '.repeat(Math.floor(next() * 12)));
      const bytes = Buffer.from(`${lines.join('\n')}\nrest é`);
      const splitter = new LineSplitter(1000);
      const read: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + Math.floor(next() * 40);
        read.push(...splitter.push(bytes.subarray(at, end)));
        at = end;
      }
      expect(read).toEqual(lines);
      expect([splitter.end(), splitter.end(), splitter.overlong]).toEqual(['rest é', undefined, 0]);
    }
  });

  it('leaves out what is longer than the limit, and counts it, whatever its packets are', () => {
    for (const seed of seeds) {
      const next = random(seed);
      const lines = Array.from({ length: 40 }, () => 'é'.repeat(Math.floor(next() * 20)));
      const fitting = lines.filter((line) => Buffer.byteLength(line) <= 20);
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      const splitter = new LineSplitter(20);
      const read: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + Math.floor(next() * 50);
        read.push(...splitter.push(bytes.subarray(at, end)));
        at = end;
      }
      expect([read, splitter.overlong]).toEqual([fitting, lines.length - fitting.length]);
    }
  });

  it('keeps nothing of a chunk that is used again', () => {
    const splitter = new LineSplitter(100);
    const chunk = Buffer.from('a b');
    splitter.push(chunk);
    chunk.fill('x');
    expect(splitter.push(Buffer.from(' c\n'))).toEqual(['a b c']);
  });
});

describe('A line of Carbon', () => {
  it('is a path, a value and Unix seconds', () => {
    expect(parseCarbonLine('a.b 3.5 1700000000')).toEqual({ path: 'a.b', value: 3.5, timestamp: 1700000000 });
    expect(parseCarbonLine('  a.b\t-1e3  1700000000.5\r')).toEqual({
      path: 'a.b',
      value: -1000,
      timestamp: 1700000000.5,
    });
    expect(parseCarbonLine('ü;host=a 0 0')).toEqual({ path: 'ü;host=a', value: 0, timestamp: 0 });
  });

  it('means now where its timestamp is -1', () => {
    expect(parseCarbonLine('a 1 -1')).toEqual({ path: 'a', value: 1, timestamp: null });
  });

  it.each([
    '',
    'a',
    'a 1',
    'a 1 2 3',
    'a x 1',
    'a nan 1',
    'a inf 1',
    'a 0x10 1',
    'a 1 now',
    'a 1e999 1',
    'a 1_0 1',
  ])('is refused where it says something else: %j', (line) => expect(parseCarbonLine(line)).toBeUndefined());

  it('is read back as it was written', () => {
    for (const seed of seeds) {
      const next = random(seed);
      const value = (next() - 0.5) * 10 ** Math.floor(next() * 40 - 20);
      const timestamp = Math.floor(next() * 2 ** 32);
      const path = `p${Math.floor(next() * 1e9).toString(36)}.ü`;
      expect(parseCarbonLine(`${path} ${value} ${timestamp}`)).toEqual({ path, value, timestamp });
    }
  });

  it('is known from pickle by its first byte', () => {
    expect([isPickle(Buffer.from([0, 0, 1, 44, 0x80, 2])[0]), isPickle(Buffer.from('a 1 2\n')[0])]).toEqual([
      true,
      false,
    ]);
  });
});

describe('Rules', () => {
  const types: Types = new Map([
    ['hits', 'count'],
    ['times', 'histogram'],
    ['levels', 'gauge'],
    ['all', 'series'],
  ]);
  const names = (rules: ConstructorParameters<typeof Rules>[0], path: string, kind = 'value' as const) =>
    new Rules(rules, types).targetsOf(path, kind).map(({ name }) => name);

  it('make names from the fields of a pattern', () => {
    const rule = { match: 'app.<host>.http.status.<code>', timeseries: 'hits', name: 'http.<code>' };
    expect(names([rule], 'app.a-1.http.status.404')).toEqual(['http.404']);
    for (const path of [
      'app.http.status.404',
      'app.a.b.http.status.404',
      'xapp.a.http.status.4',
      'app.a.http.status.',
    ])
      expect(names([rule], path)).toEqual([]);
  });

  it('send a line to several names, each once', () => {
    const rule = {
      match: 'app.<host>.<code>',
      timeseries: 'hits',
      name: ['all', 'by.<code>', 'by.<host>', 'all'],
    };
    expect(names([rule], 'app.x.200')).toEqual(['all', 'by.200', 'by.x']);
    expect(names([rule], 'app.200.200')).toEqual(['all', 'by.200']);
  });

  it('keep the path where they have no name', () => {
    expect(names([{ match: '**', timeseries: 'all' }], 'a.b c')).toEqual(['a.b c']);
  });

  it('have wildcards for a piece of one part, and for any text', () => {
    const matches = (match: string, path: string) => names([{ match, timeseries: 'all' }], path).length === 1;
    expect(matches('web*.cpu', 'web12.cpu')).toBe(true);
    expect(matches('web*.cpu', 'web1.2.cpu')).toBe(false);
    expect(matches('web.**', 'web.1.2.cpu')).toBe(true);
    expect(matches('a.<<rest>>', 'a.b.c')).toBe(true);
    expect(matches('a+(b)[c]|d', 'a+(b)[c]|d')).toBe(true);
    expect(matches('a.b', 'axb')).toBe(false);
    expect(names([{ match: 'a.<<rest>>.z', timeseries: 'all', name: '<<rest>>/<rest>' }], 'a.b.c.z')).toEqual(
      ['b.c/b.c'],
    );
  });

  it('are asked one after the other, up to one that is the last for what it matches', () => {
    const rules = [
      { match: 'a.*', timeseries: 'all', name: 'first' },
      { match: 'a.b', timeseries: 'all', name: 'second', last: true },
      { match: '**', timeseries: 'all', name: 'rest' },
    ];
    expect(names(rules, 'a.b')).toEqual(['first', 'second']);
    expect(names(rules, 'a.c')).toEqual(['first', 'rest']);
  });

  it('take a kind of statsd to types that hold it, and lines of one listener where they say so', () => {
    const everywhere = new Rules(
      [...types.keys()].map((timeseries) => ({ match: '**', timeseries })),
      types,
    );
    const places = (kind: Parameters<Rules['targetsOf']>[1]) =>
      everywhere.targetsOf('x', kind).map(({ timeseries }) => timeseries);
    expect(places('value')).toEqual(['hits', 'times', 'levels', 'all']);
    expect(places('count')).toEqual(['hits']);
    expect(places('histogram')).toEqual(['times', 'all']);
    expect(places('gauge')).toEqual(['levels', 'all']);
    expect(places('set')).toEqual([]);
    const carbon = new Rules([{ match: '**', timeseries: 'hits', from: 'carbon' }], types);
    expect([carbon.targetsOf('x', 'count'), carbon.targetsOf('x', 'value')]).toEqual([
      [],
      [{ timeseries: 'hits', name: 'x' }],
    ]);
  });

  it.each([
    [{ match: '', timeseries: 'hits' }, 'rules[0].match is ""'],
    [
      { match: 'a', timeseries: 'none' },
      'rules[0].timeseries is "none"; expected one of hits, times, levels, all',
    ],
    [{ match: '<a>.<a>', timeseries: 'hits' }, 'has <a> twice'],
    [
      { match: '<a>', timeseries: 'hits', name: '<b>' },
      'has <b>, which its match lacks; expected one of <a>',
    ],
    [{ match: 'a', timeseries: 'hits', name: [] }, 'rules[0].name is []'],
  ])('refuse what makes no sense: %j', (rule, message) => {
    expect(() => new Rules([rule], types)).toThrow(message);
  });

  it('are checked by the types of the configuration', () => {
    const timeseries = { hits: { source: 'sqlite::memory:', type: 'count' } } as const;
    defineConfig({ timeseries, rules: [{ match: '**', timeseries: 'hits', from: 'statsd', last: true }] });
    // @ts-expect-error There is no such timeseries.
    const { rules } = defineConfig({ timeseries, rules: [{ match: '**', timeseries: 'hit' }] });
    expect(() => new Rules(rules ?? [], types)).toThrow('rules[0].timeseries is "hit"');
  });

  it('need not be written where it is plain where a line goes', () => {
    const one: Types = new Map([['hits', 'count']]);
    expect(new Rules(defaultRules(one, ['carbon', 'statsd']), one).targetsOf('a.b', 'value')).toEqual([
      { timeseries: 'hits', name: 'a.b' },
    ]);
    expect(() => defaultRules(types, ['carbon'])).toThrow('Option --carbon has 4 timeseries to choose from');
    expect(() => defaultRules(types, ['statsd'])).toThrow('may send a gauge to levels or all');
  });
});

describe('A batch', () => {
  it('goes second by second, and takes nothing that would change the order of a name', () => {
    for (const seed of seeds) {
      const next = random(seed);
      const written = new Map<string, number[]>();
      const arrived = new Map<string, number[]>();
      let batch = new Batch(true);
      const flush = () => {
        for (const { name, values } of batch.entries()) {
          written.set(name, [...(written.get(name) ?? []), ...values.map(Number)]);
        }
        batch = new Batch(true);
      };
      for (let index = 0; index < 200; index++) {
        const [second, name] = [Math.floor(next() * 5), `n${Math.floor(next() * 4)}`];
        arrived.set(name, [...(arrived.get(name) ?? []), index]);
        if (batch.add(second, name, index)) continue;
        flush();
        expect(batch.add(second, name, index)).toBe(true);
      }
      flush();
      expect(written).toEqual(arrived);
    }
  });

  it('takes anything where the order does not count', () => {
    const batch = new Batch(false);
    for (const [second, value] of [
      [2, 1],
      [1, 2],
      [2, 3],
      [1, 4],
    ] as const)
      batch.add(second, 'a', value);
    expect([...batch.inserts]).toEqual([
      [2, new Map([['a', [1, 3]]])],
      [1, new Map([['a', [2, 4]]])],
    ]);
    expect([batch.lines, batch.size]).toEqual([4, 2]);
  });

  it('is halved, and told apart, with no line lost', () => {
    const batch = new Batch(true);
    for (let index = 0; index < 7; index++) batch.addAll(index % 3, `n${index}`, [index, index], 1);
    const [first, second] = batch.halves();
    expect([first.size, second.size, first.lines + second.lines]).toEqual([4, 3, 7]);
    const part = batch.part(
      new Map([[0, { n3: [1] }]]),
      new Map([
        [
          1,
          new Map([
            ['n1', [1]],
            ['n0', [1]],
          ]),
        ],
      ]),
    );
    expect([...part.entries()].map(({ name }) => name)).toEqual(['n3', 'n1']);
  });
});

/** A sink that fails on request, in ways that no database does on request. */
class Obedient implements Sink {
  readonly ordered = true;
  idempotent = false;
  readonly written: [string, number][] = [];
  isAway = false;
  isReadOnly = false;
  refuses = new Set<string>();
  loses = new Set<string>();
  calls = 0;
  /** The number of a call that fails although the store is reachable. */
  failing = 0;

  async bulkInsert(inserts: BulkInserts<Value>): Promise<void> {
    this.calls++;
    await new Promise(setImmediate);
    const entries = [...inserts].flatMap(([second, named]) =>
      [...(named as Map<string, number[]>)].map(([name, values]) => ({ second, name, values })),
    );
    if (entries.some(({ name }) => name === 'invalid')) throw new InvalidValueError('invalid');
    const shape = (chosen: typeof entries) =>
      new Map(chosen.map(({ second, name, values }) => [second, new Map([[name, values]])]));
    const cause = new StorageError('no');
    if (this.isAway || this.isReadOnly || this.calls === this.failing) {
      throw new BulkInsertError(
        'away',
        { failed: inserts, unknown: new Map(), applied: new Map() },
        { cause },
      );
    }
    const failed = entries.filter(({ name }) => this.refuses.has(name));
    const unknown = entries.filter(({ name }) => this.loses.delete(name));
    for (const { name, values, second } of entries) {
      if (failed.some((each) => each.name === name) || unknown.some((each) => each.name === name)) continue;
      for (const value of values) this.written.push([name, value]);
      void second;
    }
    if (failed.length + unknown.length === 0) return;
    throw new BulkInsertError(
      'in part',
      { failed: shape(failed), unknown: shape(unknown), applied: new Map() },
      { cause },
    );
  }

  async probe(): Promise<void> {
    if (this.isAway) throw new StorageError('away');
  }
}

describe('An outlet', () => {
  const told: string[] = [];
  const events = {
    settled: () => undefined,
    failed: () => told.push('failed'),
    recovered: () => told.push('recovered'),
    refused: (_: Error, lines: number) => told.push(`refused ${lines}`),
    unknown: (_: Error, lines: number) => told.push(`unknown ${lines}`),
  };
  beforeEach(() => {
    told.length = 0;
  });
  const never = new AbortController().signal;
  const soon = () => new Promise((resolve) => setTimeout(resolve, 50));

  it('writes in the order of arrival, what comes meanwhile together', async () => {
    const sink = new Obedient();
    const outlet = new Outlet(sink, events);
    for (let index = 0; index < 50; index++) outlet.add(index, 'a', index);
    await outlet.drain(never);
    expect(sink.written.map(([, value]) => value)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect([sink.calls, outlet.tally]).toEqual([
      1,
      { stored: 50, waiting: 0, dropped: 0, refused: 0, unknown: 0 },
    ]);
  });

  it('sends again what a store did not take, before what came later', async () => {
    const sink = new Obedient();
    sink.isAway = true;
    const outlet = new Outlet(sink, events);
    outlet.add(1, 'a', 1);
    await soon();
    outlet.add(2, 'a', 2);
    expect([outlet.away?.message, outlet.tally.waiting]).toEqual(['away', 2]);
    sink.isAway = false;
    await outlet.drain(never);
    expect(sink.written).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    expect([outlet.away, told]).toEqual([undefined, ['failed', 'recovered']]);
  });

  it('lets lines that keep coming go out together, as many as fit', async () => {
    const sink = new Obedient();
    const outlet = new Outlet(sink, events);
    for (let index = 0; index < 12_000; index++) {
      if (index % 500 === 0) await new Promise(setImmediate);
      outlet.add(index, 'a', index);
    }
    await outlet.drain(never);
    expect(sink.written.map(([, value]) => value)).toEqual(
      Array.from({ length: 12_000 }, (_, index) => index),
    );
    expect(sink.calls).toBe(2);
  });

  it('keeps everything where a store answers, but takes nothing', async () => {
    const sink = new Obedient();
    sink.isReadOnly = true;
    const outlet = new Outlet(sink, events);
    for (let index = 0; index < 5; index++) outlet.add(index, `n${index}`, index);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    sink.isReadOnly = false;
    await outlet.drain(never);
    expect(sink.written.map(([, value]) => value)).toEqual([0, 1, 2, 3, 4]);
    expect(outlet.tally).toMatchObject({ stored: 5, refused: 0 });
  });

  it('gives up what a store will never take, and nothing beside it', async () => {
    const sink = new Obedient();
    sink.refuses.add('bad');
    const outlet = new Outlet(sink, events);
    for (const name of ['a', 'invalid', 'b', 'bad', 'c', 'd']) outlet.add(1, name, 1);
    for (let tries = 0; tries < 40 && outlet.tally.refused < 2; tries++) {
      outlet.add(2, 'later', 1);
      await soon();
    }
    await outlet.drain(never);
    expect(outlet.tally).toMatchObject({ refused: 2, waiting: 0, dropped: 0 });
    expect(new Set(sink.written.map(([name]) => name))).toEqual(new Set(['a', 'b', 'c', 'd', 'later']));
  });

  it('does not send again what might count twice, unless twice is as once', async () => {
    for (const [idempotent, stored, unknown] of [
      [false, 1, 1],
      [true, 2, 0],
    ] as const) {
      const sink = new Obedient();
      sink.idempotent = idempotent;
      sink.loses.add('lost');
      const outlet = new Outlet(sink, events);
      outlet.add(1, 'lost', 1);
      outlet.add(1, 'a', 1);
      await outlet.drain(never);
      expect(outlet.tally).toMatchObject({ stored, unknown, waiting: 0 });
    }
    expect(told).toEqual(['unknown 1']);
  });

  it('drops what waits when it is given up', async () => {
    const sink = new Obedient();
    sink.isAway = true;
    const outlet = new Outlet(sink, events);
    outlet.add(1, 'a', 1);
    outlet.add(1, 'b', 1);
    await outlet.drain(AbortSignal.timeout(100));
    expect(outlet.tally).toEqual({ stored: 0, waiting: 0, dropped: 2, refused: 0, unknown: 0 });
  });
});

describe('The lanes of a timeseries', () => {
  const told: string[] = [];
  const events = {
    settled: () => undefined,
    failed: (_: Error, waiting: number) => told.push(`failed, ${waiting} wait`),
    recovered: (waiting: number) => told.push(`recovered, ${waiting} wait`),
    refused: () => undefined,
    unknown: () => undefined,
  };
  beforeEach(() => {
    told.length = 0;
  });
  const never = new AbortController().signal;
  const names = Array.from({ length: 100 }, (_, index) => `n${index}`);

  it.each([0, 1, 3])(
    'write two parts at a time, each name in order, where write %i fails',
    async (failing) => {
      const sink = new Obedient();
      sink.failing = failing;
      let [flying, most] = [0, 0];
      const bulkInsert = sink.bulkInsert.bind(sink);
      sink.bulkInsert = (inserts) => {
        most = Math.max(most, ++flying);
        return bulkInsert(inserts).finally(() => flying--);
      };
      const lanes = new Lanes(sink, events);
      for (let index = 0; index < 600; index++) for (const name of names) lanes.add(index, name, index);
      await lanes.drain(never);
      expect([most, lanes.tally]).toEqual([
        2,
        { stored: 60_000, waiting: 0, dropped: 0, refused: 0, unknown: 0 },
      ]);
      for (const name of names) {
        const values = sink.written.flatMap(([written, value]) => (written === name ? [value] : []));
        expect(values).toEqual(Array.from({ length: 600 }, (_, index) => index));
      }
    },
  );

  it('are away while one of them is, and come back together', async () => {
    const sink = new Obedient();
    sink.isAway = true;
    const lanes = new Lanes(sink, events);
    for (const name of names) lanes.add(1, name, 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([lanes.away?.message, told]).toEqual(['away', ['failed, 100 wait', 'failed, 100 wait']]);
    sink.isAway = false;
    await lanes.drain(never);
    expect([lanes.away, told.slice(2)]).toEqual([undefined, [expect.stringMatching(/^recovered, /)]]);
  });

  it('drop what waits when they are given up', async () => {
    const sink = new Obedient();
    sink.isAway = true;
    const lanes = new Lanes(sink, events);
    for (const name of names) lanes.add(1, name, 1);
    await lanes.drain(AbortSignal.timeout(100));
    expect(lanes.tally).toEqual({ stored: 0, waiting: 0, dropped: 100, refused: 0, unknown: 0 });
  });
});

describe('What serve knows of its surroundings', () => {
  it('reads addresses, of this machine where no host is given', async () => {
    for (const [text, expected] of [
      ['8080', '127.0.0.1:8080'],
      [':0', '127.0.0.1:0'],
      ['0.0.0.0:1', '0.0.0.0:1'],
      ['[::1]:8080', '[::1]:8080'],
    ] as const) {
      expect(written(await parseAddress(text, 'listen'))).toBe(expected);
    }
    for (const text of ['', 'x', '1.2.3.4', '70000', '::1:80', '1.2.3.4:x'])
      await expect(parseAddress(text, 'carbon')).rejects.toThrow(`Option --carbon is "${text}"`);
  });

  it('knows which addresses others can reach', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual(
      Array(5).fill(true),
    );
    expect(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '::2', '::ffff:10.0.0.1'].map(isLoopback)).toEqual(
      Array(6).fill(false),
    );
  });

  const ask = (token: string | undefined, headers: Record<string, string>, method = 'GET') => {
    const answer = authorizationBy(token)(new Request('http://h:1/api/timeseries', { method, headers }));
    return answer === true ? 200 : answer.status;
  };

  it('lets in who has the token, as a bearer or as a password', () => {
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
    for (const [authorization, status] of [
      ['Bearer s3cret:x', 200],
      ['bearer s3cret:x', 200],
      [basic('grafana:s3cret:x'), 200],
      ['Bearer s3cret', 401],
      ['Bearer s3cret:x1', 401],
      [basic('s3cret:x'), 401],
      ['s3cret:x', 401],
    ] as const) {
      expect([authorization, ask('s3cret:x', { authorization })]).toEqual([authorization, status]);
    }
    expect(ask('t', {})).toBe(401);
  });

  it('without a token answers this machine alone, and no page of another origin', () => {
    expect(ask(undefined, { host: '127.0.0.1:8080' })).toBe(200);
    expect(ask(undefined, { host: 'localhost:8080' })).toBe(200);
    expect(ask(undefined, { host: '[::1]:8080' })).toBe(200);
    expect(ask(undefined, { host: 'evil.example:8080' })).toBe(403);
    const own = { host: 'localhost:1', origin: 'http://localhost:1' };
    expect(ask(undefined, own, 'POST')).toBe(200);
    expect(ask(undefined, { ...own, origin: 'http://evil.example' }, 'POST')).toBe(403);
    expect(ask('t', { ...own, origin: 'null', authorization: 'Bearer t' }, 'POST')).toBe(403);
  });

  it('says what comes often once, then how often', () => {
    const lines: string[] = [];
    const log = new Log((line) => lines.push(line), 60_000);
    for (let index = 0; index < 5; index++) log.now('bad', `bad ${index}`);
    log.now('other', 'other', 3);
    log.end();
    expect(lines).toEqual(['bad 0', 'other (3 times)', 'bad 4 (4 times)']);
    expect(quoted('\u001b[2J\n')).toBe('"\\u001b[2J\\n"');
  });

  it('adds relative values to the level of a gauge, and forgets the oldest', () => {
    const levels = new GaugeLevels(2);
    const next = (name: string, value: number, relative: boolean) => levels.next({ name, value, relative });
    expect([next('a', 5, false), next('a', 3, true), next('a', -10, true), next('b', 1, true)]).toEqual([
      5, 8, -2, 1,
    ]);
    next('a', 0, true);
    next('c', 1, false);
    expect([next('b', 2, true), next('c', 2, true)]).toEqual([2, 3]);
  });

  it('takes text for numbers only where it is written as one, and numbers for text where values are text', () => {
    const value = lineValue('set', undefined);
    expect(['765', '007', '1e3', '-1.5', 'x', ' 1', 'Infinity'].map(value)).toEqual([
      765,
      '007',
      '1e3',
      -1.5,
      'x',
      ' 1',
      'Infinity',
    ]);
    expect(lineValue('series', 'text')(3.5)).toBe('3.5');
    expect(lineValue('count', 'text')(3)).toBe(3);
  });
});
