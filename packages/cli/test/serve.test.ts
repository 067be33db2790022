import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kairos, printed, temporaryFolder } from './support/kairos.js';
import { Serving, until } from './support/serving.js';

const cwd = temporaryFolder();
const space = `serve_${process.pid}`;
const { POSTGRES_URL, REDIS_URL } = process.env;
const stores = [
  { name: 'SQLite', url: 'sqlite:serve.sqlite', place: { tableName: space } },
  { name: 'Redis', url: REDIS_URL, place: { prefix: space } },
  { name: 'PostgreSQL', url: POSTGRES_URL, place: { tableName: space } },
].filter(({ url }) => url !== undefined);

const minute = { minute: { step: 60 } };
const START = 1_700_000_000 - (1_700_000_000 % 60);

/** Writes a configuration with all four types of statsd. Returns its flags. */
function configured(file: string, url: string | undefined, place: object, more: object = {}): string[] {
  const timeseries = Object.fromEntries(
    ['count', 'gauge', 'histogram', 'set'].map((type) => [
      `${type}s`,
      {
        source: url,
        type,
        intervals: minute,
        ...place,
        ...(type === 'set' && 'tableName' in place ? { valueType: 'text' } : {}),
      },
    ]),
  );
  const config = { timeseries: { ...timeseries, ...more }, ...rulesOf(Object.keys(timeseries)) };
  writeFileSync(join(cwd, file), `export default ${JSON.stringify(config)};`);
  return ['--config', file];
}

function rulesOf(names: readonly string[]) {
  const statsd = names.map((timeseries) => ({ match: '**', timeseries, from: 'statsd' }));
  return {
    rules: [
      {
        match: 'app.<host>.status.<code>',
        timeseries: 'counts',
        name: ['http', 'http.<code>'],
        from: 'carbon',
      },
      { match: 'level.*', timeseries: 'gauges', from: 'carbon' },
      ...statsd,
    ],
  };
}

const csv = async (name: string, path: string, flags: readonly string[], start = START) => {
  const range = ['--interval', 'minute', '--start', String(start), '--steps', '1', '--format', 'csv'];
  const text = await printed(['series', name, path, ...range, ...flags], { cwd });
  return text
    .split('\n')
    .slice(1, -1)
    .map((line) => line.replace(/^\d+,/, ''));
};

describe('kairos serve', () => {
  it.each(stores)(
    'stores in $name what Carbon and statsd send, and returns it over HTTP',
    async ({ name, url, place }) => {
      const flags = configured(`${name}.mjs`, url, place);
      const serving = await Serving.start([...flags, '--carbon', '0', '--statsd', '0'], { cwd });
      const lines = ['200', '404', '200'].map(
        (code, index) => `app.h${index}.status.${code} 1 ${START + index}`,
      );
      await serving.carbon(
        `${lines.join('\n')}\nlevel.a 3 ${START}\nlevel.a 5 ${START + 30}\nlevel.a 4 ${START + 1}\nleve`,
        `l.b 7 ${START}\nnonsense\nelse.where 1 ${START}\nlevel.c ${'1'.repeat(20_000)} 1\nlevel.d 1 ${START}`,
      );
      const since = Math.floor(Date.now() / 60_000) * 60;
      await serving.statsd(
        'a:2|c\nnonsense\na:1|c|@0.1\nt:30|ms|@0.5',
        'g:5|g\ng:+3|g\ng:-1|g\ns:x|s\ns:y|s\ns:x|s',
      );
      await until('all of it', async () => {
        const [carbon, statsd] = [await serving.statusOf('carbon'), await serving.statusOf('statsd')];
        return carbon.stored === 11 && statsd.stored === 9;
      });
      const { listeners, timeseries } = await serving.status();
      expect(listeners.carbon).toMatchObject({ lines: 11, bad: 2, unmatched: 1, waiting: 0, dropped: 0 });
      expect(listeners.statsd).toMatchObject({ packets: 2, lines: 10, bad: 1, unmatched: 0, refused: 0 });
      expect(timeseries.counts).toMatchObject({ type: 'count', stored: 8, error: null });
      expect(await csv('counts', 'http', flags)).toEqual(['3']);
      expect(await csv('counts', 'http.200', flags)).toEqual(['2']);
      // The last value to arrive.
      expect(await csv('gauges', 'level.a', flags)).toEqual(['4']);
      expect(await csv('gauges', 'level.d', flags)).toEqual(['1']);
      expect(await csv('counts', 'a', flags, since)).toEqual(['12']);
      expect(await csv('gauges', 'g', flags, since)).toEqual(['7']);
      const query = `name=t&interval=minute&start=${since}&steps=1`;
      const histogram = await serving.fetch(`/api/histograms/series?${query}`);
      expect(await histogram.json()).toEqual([[since, [[30, 2]]]]);
      expect(await (await serving.fetch('/api/timeseries')).json()).toEqual([
        'counts',
        'gauges',
        'histograms',
        'sets',
      ]);
      expect(await serving.end()).toBe(0);
      expect(serving.log).toContain('carbon: no line that can be read: "nonsense"');
      expect(serving.log).toContain('carbon: a line is longer than 16384 bytes');
    },
    120_000,
  );

  it('refuses pickle with a line in the log, and goes on', async () => {
    const flags = ['one=sqlite:pickle.sqlite', '--type', 'gauge', '--define', JSON.stringify(minute)];
    const serving = await Serving.start([...flags, '--carbon', '0'], { cwd });
    await serving.carbon(Buffer.from([0, 0, 0, 8, 0x80, 2, 0x5d, 0x71, 0, 0x2e, 0, 0]));
    await serving.carbon(`a 1 ${START}\n`);
    await until('a line', async () => (await serving.statusOf('carbon')).stored === 1);
    expect(await serving.statusOf('carbon')).toMatchObject({ pickle: 1, bad: 0 });
    expect(serving.log).toMatch(/carbon: 127\.0\.0\.1:\d+ speaks the pickle protocol, which is refused/);
    expect(await serving.end()).toBe(0);
  }, 60_000);

  it('stores everything that was sent before SIGTERM, and ends with 0', async () => {
    const url = 'sqlite:drain.sqlite';
    const flags = [`one=${url}`, '--type', 'count', '--define', JSON.stringify(minute)];
    const serving = await Serving.start([...flags, '--carbon', '0'], { cwd });
    const lines = Array.from({ length: 60_000 }, (_, index) => `n${index % 500} 1 ${START + index}\n`);
    const sent = serving.carbon(lines.join(''));
    await until('the first', async () => (await serving.statusOf('carbon')).lines > 0);
    await sent;
    expect(await serving.end()).toBe(0);
    const total = await printed(
      ['series', url, '--type', 'count', ...Array.from({ length: 500 }, (_, index) => `n${index}`)].concat([
        '--interval',
        'minute',
        '--start',
        String(START),
        '--steps',
        '1001',
        '--collapse',
        '--format',
        'csv',
      ]),
      { cwd },
    );
    expect(total.trim().split(',').at(-1)).toBe('60000');
  }, 60_000);

  it('reads the configuration again on SIGHUP: opens what is new, closes what is gone, and keeps its listeners', async () => {
    const one = { source: 'sqlite:one.sqlite', type: 'count', intervals: minute };
    const write = (config: object) =>
      writeFileSync(join(cwd, 'hup.mjs'), `export default ${JSON.stringify(config)};`);
    write({ timeseries: { one } });
    const serving = await Serving.start(['--config', 'hup.mjs', '--carbon', '0'], { cwd });
    await serving.carbon(`a 1 ${START}\n`);
    const two = { ...one, source: 'sqlite:two.sqlite' };
    write({
      timeseries: { two, three: { ...two, type: 'gauge' } },
      rules: [{ match: '<x>', timeseries: 'two', name: 'new.<x>' }],
    });
    serving.signal('SIGHUP');
    await until('the other', () => serving.log.includes('was read again'));
    await serving.carbon(`a 1 ${START}\n`);
    expect(await (await serving.fetch('/api/timeseries')).json()).toEqual(['two', 'three']);
    await until('a line', async () => (await serving.statusOf('carbon')).stored === 2);
    write({ timeseries: { two }, rules: [{ match: '', timeseries: 'two' }] });
    serving.signal('SIGHUP');
    await until('a refusal', () =>
      serving.log.includes('The configuration stays as it was: rules[0].match is ""'),
    );
    writeFileSync(join(cwd, 'hup.mjs'), 'export default {');
    serving.signal('SIGHUP');
    await until('the name of the file', () =>
      /stays as it was: \S+hup\.mjs cannot be loaded: /.test(serving.log),
    );
    expect(await (await serving.fetch('/api/two/names')).json()).toEqual(['new.a']);
    expect(await serving.end()).toBe(0);
    expect(await printed(['names', 'sqlite:one.sqlite', '--type', 'count'], { cwd })).toBe('a\n');
  }, 60_000);

  it('wants a token where others can reach it, and asks for it', async () => {
    const flags = ['one=sqlite:token.sqlite', '--type', 'count', '--define', JSON.stringify(minute)];
    expect(await kairos(['serve', ...flags, '--listen', '0.0.0.0:0'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'Option --listen is 0.0.0.0:0, which others can reach; expected --token',
      ),
    });
    const env = { KAIROS_TOKEN: 's3cret' };
    const serving = await Serving.start([...flags, '--listen', '0.0.0.0:0', '--insert'], { cwd, env });
    expect((await serving.fetch('/api/status')).status).toBe(401);
    expect((await serving.fetch('/api/timeseries')).status).toBe(401);
    const authorization = 'Bearer s3cret';
    expect((await serving.fetch('/api/status', { headers: { authorization } })).status).toBe(200);
    expect(await (await serving.fetch('/api/timeseries', { headers: { authorization } })).json()).toEqual([
      'one',
    ]);
    expect(serving.log).not.toContain('s3cret');
    expect(await serving.end('SIGINT')).toBe(0);
  }, 60_000);

  it('says what makes no sense, and leaves nothing open', async () => {
    const url = ['sqlite:wrong.sqlite', '--type', 'count', '--define', JSON.stringify(minute)];
    for (const [args, message] of [
      [[], 'There is no timeseries to serve'],
      [['--carbon', 'x', ...url], 'Option --carbon is "x"'],
      [['--keep', '0', ...url], 'Option --keep is "0"'],
      [['none'], 'There is no timeseries "none"'],
      [url, '--insert, --carbon and --statsd create it'],
      [[...url, ...url.slice(0, 1)], 'There are two timeseries "count"'],
      [
        ['--carbon', '0', 'a=sqlite:a.sqlite', 'b=sqlite:b.sqlite', ...url.slice(1)],
        'Option --carbon has 2 timeseries',
      ],
    ] as const) {
      const { code, stderr } = await kairos(['serve', ...args], { cwd });
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toContain(message);
    }
  }, 60_000);
});
