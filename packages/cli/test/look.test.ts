import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kairos, printed, temporaryFolder } from './support/kairos.js';

const cwd = temporaryFolder();
const url = 'sqlite:look.sqlite';
const NOON = 1_709_290_800; // 2024-03-01 12:00 in Paris
const config = `export default {
  timeseries: {
    hits: {
      source: '${url}',
      type: 'count',
      timezone: 'Europe/Paris',
      intervals: { minute: { step: 60 }, day: { step: 'daily', resolution: '1h' } },
    },
    sizes: { source: '${url}', type: 'histogram', intervals: { hour: { step: 3600 } } },
    seen: { source: '${url}', type: 'set', valueType: 'string', intervals: { hour: { step: 3600 } } },
  },
};
`;
const show = (...args: string[]) => printed(args, { cwd });

beforeAll(async () => {
  writeFileSync(join(cwd, 'kairos.config.mjs'), config);
  const csv = [
    'name,timestamp,value',
    `home,${NOON},3`,
    `home,${NOON + 60},2`,
    `home,${NOON + 180},4`,
    `"a, ""b""",${NOON + 60},7`,
    'home,2024-03-02T00:30,10',
  ].join('\n');
  await kairos(['import', 'csv', '-', 'hits'], { cwd, input: csv });
  const sizes = [1, 2, 3, 4, 100].map((value) => `page,${NOON},${value}`);
  await kairos(['import', 'csv', '-', 'sizes'], {
    cwd,
    input: ['name,timestamp,value', ...sizes].join('\n'),
  });
  await kairos(['insert', 'seen', 'page', 'ann', 'bob', '5', '--timestamp', String(NOON)], { cwd });
});

describe('kairos info', () => {
  it('shows what is recorded, and how much there is', async () => {
    expect(await show('info', 'hits')).toBe(
      [
        'hits',
        'count, Europe/Paris, 2 names',
        '',
        'interval  step   resolution  steps  first             last              buckets',
        'day       daily        3600  all    2024-03-01 00:00  2024-03-02 00:00        3',
        'minute    60                 all    2024-03-01 12:00  2024-03-02 00:30        5',
        '',
      ].join('\n'),
    );
    const facts = JSON.parse(await show('info', 'hits', '--format', 'json', '--no-buckets'));
    expect(facts).toMatchObject({ names: 2, type: 'count', timezone: 'Europe/Paris' });
    expect(facts.intervals[1]).toEqual({
      interval: 'minute',
      step: 60,
      resolution: null,
      steps: null,
      first: NOON,
      last: 1_709_335_800,
      buckets: null,
    });
  });
});

describe('A command that looks', () => {
  it('takes what is recorded, and records nothing', async () => {
    const recorded = [url, '--type', 'histogram'];
    const before = await show('info', ...recorded);
    expect(before).toMatch(/^hour +3600 /m);
    expect(await show('info', ...recorded, '--define', '{"day":{"step":"daily"}}')).toBe(before);
    expect(await show('info', ...recorded)).toBe(before);
    expect(
      await show('series', ...recorded, 'page', '-i', 'hour', '-f', 'csv', '--collapse', '-T', 'count'),
    ).toBe(`timestamp,value\n${NOON},5\n`);
  });
});

describe('kairos names', () => {
  it('lists the names, by a prefix too', async () => {
    expect(await show('names', 'hits')).toBe('a, "b"\nhome\n');
    expect(await show('names', 'hits', '--prefix', 'ho')).toBe('home\n');
    expect(JSON.parse(await show('names', 'hits', '--json'))).toEqual(['a, "b"', 'home']);
  });
});

describe('kairos series', () => {
  const range = ['--interval', 'minute', '--start', String(NOON), '--steps', '3'];

  it('prints CSV with the columns timestamp and value', async () => {
    expect(await show('series', 'hits', 'home', ...range, '--format', 'csv')).toBe(
      `timestamp,value\n${NOON},3\n${NOON + 60},2\n${NOON + 120},0\n`,
    );
  });

  it('joins names, or gives each a column', async () => {
    const csv = ['home', 'a, "b"', ...range, '--format', 'csv'];
    expect(await show('series', 'hits', ...csv)).toBe(
      `timestamp,value\n${NOON},3\n${NOON + 60},9\n${NOON + 120},0\n`,
    );
    expect(await show('series', 'hits', ...csv, '--by-name')).toBe(
      `timestamp,home,"a, ""b"""\n${NOON},3,0\n${NOON + 60},2,7\n${NOON + 120},0,0\n`,
    );
  });

  it('gives each of several transforms a column', async () => {
    const hour = ['page', '--interval', 'hour', '--start', String(NOON), '--steps', '1', '--format', 'csv'];
    expect(await show('series', 'sizes', ...hour, '--transform', 'mean,p95')).toBe(
      `timestamp,mean,p95\n${NOON},22,80.8\n`,
    );
    expect(await show('series', 'sizes', ...hour, '--transform', 'mean')).toBe(
      `timestamp,value\n${NOON},22\n`,
    );
    expect(await show('series', 'sizes', ...hour, '--transform', 'mean,p95', '--by-name')).toBe(
      `timestamp,page mean,page p95\n${NOON},22,80.8\n`,
    );
  });

  it('prints JSON, and JSON by the line', async () => {
    const rows = [
      { timestamp: NOON, value: 3 },
      { timestamp: NOON + 60, value: 2 },
      { timestamp: NOON + 120, value: 0 },
    ];
    expect(JSON.parse(await show('series', 'hits', 'home', ...range, '--format', 'json'))).toEqual(rows);
    const lines = (await show('series', 'hits', 'home', ...range, '--format', 'ndjson')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
    const hour = ['page', '--interval', 'hour', '--start', String(NOON), '--steps', '1', '--format', 'json'];
    expect(JSON.parse(await show('series', 'sizes', ...hour))).toEqual([
      {
        timestamp: NOON,
        value: [
          [1, 1],
          [2, 1],
          [3, 1],
          [4, 1],
          [100, 1],
        ],
      },
    ]);
    expect(JSON.parse(await show('series', 'seen', ...hour))).toEqual([
      { timestamp: NOON, value: expect.arrayContaining(['ann', 'bob', '5']) },
    ]);
  });

  it('prints an aligned table of dates in the timezone', async () => {
    expect(await show('series', 'hits', 'home', 'a, "b"', ...range, '--by-name')).toBe(
      [
        'timestamp         home  a, "b"',
        '2024-03-01 12:00     3       0',
        '2024-03-01 12:01     2       7',
        '2024-03-01 12:02     0       0',
        '',
      ].join('\n'),
    );
  });

  it('reads days in the timezone, by the hour, condensed and collapsed', async () => {
    const day = ['series', 'hits', 'home', '--interval', 'day', '--format', 'csv', '--start', '2024-03-01'];
    const end = ['--end', '2024-03-02'];
    expect(await show(...day, ...end)).toBe(`timestamp,value\n${NOON},9\n1709334000,10\n`);
    const [first, second] = [1_709_247_600, 1_709_334_000];
    expect(await show(...day, ...end, '--condense')).toBe(`timestamp,value\n${first},9\n${second},10\n`);
    expect(await show(...day, ...end, '--collapse')).toBe(`timestamp,value\n${first},19\n`);
  });

  it('covers all data where no range is given', async () => {
    const rows = (await show('series', 'hits', 'home', '--interval', 'minute', '--format', 'csv')).split(
      '\n',
    );
    expect([rows[1], rows.at(-2)]).toEqual([`${NOON},3`, '1709335800,10']);
  });

  it('draws a chart as wide as it is told, without colours', async () => {
    const chart = await show('series', 'hits', 'home', 'a, "b"', ...range, '--by-name', '--format', 'chart');
    const lines = chart.trimEnd().split('\n');
    expect(lines[0]).toBe('▪ home  ▪ a, "b"');
    expect(Math.max(...lines.map((line) => line.length))).toBe(80);
    expect(chart).toMatch(/^8 ┤$/m);
    expect(lines.at(-1)).toMatch(/^ +12:00:00.*12:02:00$/);
    expect(chart).not.toContain('\u001b');
  });

  it('writes a picture', async () => {
    const { code, stdout, stderr } = await kairos(
      ['series', 'hits', 'home', 'a, "b"', ...range, '--by-name', '--svg', 'hits.svg', '--title', 'Hits <1>'],
      { cwd },
    );
    expect([code, stdout, stderr]).toEqual([0, '', 'Wrote hits.svg\n']);
    const { readFileSync } = await import('node:fs');
    const svg = readFileSync(join(cwd, 'hits.svg'), 'utf8');
    expect(svg).toMatch(/^<svg .*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('Hits &lt;1&gt;');
    expect(svg.match(/<path [^>]*d="M/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('draws the mean of a histogram, and refuses what is no number', async () => {
    const hour = ['--interval', 'hour', '--start', String(NOON), '--steps', '1', '--format', 'chart'];
    expect(await show('series', 'sizes', 'page', ...hour)).toMatch(/^ {3}│ [⠁-⣿]$/m);
    await kairos(
      [
        'insert',
        url,
        'x',
        'up',
        '-t',
        'gauge',
        '--table',
        'words',
        '--value-type',
        'text',
        '--define',
        '{"hour":{"step":3600}}',
        '--timestamp',
        String(NOON),
      ],
      { cwd },
    );
    const typed = ['-t', 'gauge', '--table', 'words', '--value-type', 'text'];
    const words = ['series', url, 'x', ...typed, ...hour];
    const { code, stderr } = await kairos(words, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('is not a number, which a chart needs');
  });
});

describe('kairos watch', () => {
  it('draws again and again', async () => {
    const args = ['hits', 'home', '--interval', 'minute', '--start', String(NOON), '--steps', '5'];
    const drawn = await show('watch', ...args, '--every', '0.05', '--times', '2');
    expect(drawn.match(/12:00:00/g)).toHaveLength(2);
  });
});
