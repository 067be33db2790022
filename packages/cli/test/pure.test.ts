import { readCsv } from '../src/import/csv.js';
import { finestPoints } from '../src/import/points.js';
import { chart } from '../src/output/chart.js';
import { plain, revive } from '../src/output/plain.js';
import { parseTime } from '../src/parse-time.js';
import { line } from '../src/terminal/progress.js';
import { withoutPassword } from '../src/timeseries/without-password.js';

describe('A time on the command line', () => {
  const at = (text: string, timezone = 'UTC') =>
    parseTime(text, { option: 'start', timezone, now: 1_711_890_000 }); // 2024-03-31 13:00 UTC
  it('is Unix seconds, a date in the timezone, or relative', () => {
    expect(at('0')).toBe(0);
    expect(at('-1.5')).toBe(-1.5);
    expect(at('2024-03-01')).toBe(1_709_251_200);
    expect(at('2024-03-01', 'Europe/Paris')).toBe(1_709_247_600);
    expect(at('2024-03-01T12:00Z', 'Europe/Paris')).toBe(1_709_294_400);
    expect(at('now')).toBe(1_711_890_000);
    expect(at('-90min')).toBe(1_711_884_600);
    expect(at('+2h')).toBe(1_711_897_200);
  });

  it('counts days of the calendar, of 23 hours too', () => {
    expect(at('today', 'Europe/Paris')).toBe(1_711_839_600);
    expect(at('yesterday', 'Europe/Paris')).toBe(1_711_753_200);
    expect(at('-1d', 'Europe/Paris')).toBe(1_711_890_000 - 23 * 3600);
    expect(at('-1mo')).toBe(1_709_211_600);
  });

  it.each(['soon', '5m', '-5m', '2024-13-01', ''])('is not %j', (text) => {
    expect(() => at(text)).toThrow(`Option --start is "${text}"`);
  });
});

describe('A password', () => {
  it.each([
    ['postgres://ann:s3cr:et@host/db', 'postgres://ann:***@host/db'],
    ['postgres://ann:s3@cr@et@host/db', 'postgres://ann:***@host/db'],
    ['connect to redis://:pw@h:6379 failed', 'connect to redis://:***@h:6379 failed'],
    ['mysql://h/db?user=a&password=b&x=1', 'mysql://h/db?user=a&password=***&x=1'],
    ['mongodb://a:p@h1,h2/db', 'mongodb://a:***@h1,h2/db'],
    ['sqlite:a@b:c.db', 'sqlite:a@b:c.db'],
  ])('of %s is hidden', (text, shown) => {
    expect(withoutPassword(text)).toBe(shown);
  });
});

describe('CSV', () => {
  it('has quotes, line breaks in them, and parts that end anywhere', async () => {
    const text = 'a,b\r\n"x, ""y""","1\n2"\n\n,\nlast,"o"';
    const records: string[][] = [];
    for await (const record of readCsv([...text])) records.push(record);
    expect(records).toEqual([
      ['a', 'b'],
      ['x, "y"', '1\n2'],
      ['', ''],
      ['last', 'o'],
    ]);
  });
});

describe('Data in JSON', () => {
  it('comes back as it was', () => {
    const values = [1, 'a', 2n ** 60n, new Date(5000), Buffer.from('x'), null];
    expect(JSON.parse(JSON.stringify(values.map(plain))).map(revive)).toEqual(values);
    expect(plain(new Map([[new Date(0), 2]]))).toEqual([[{ date: '1970-01-01T00:00:00.000Z' }, 2]]);
  });
});

describe('The points of archives', () => {
  const fine = { step: 60, first: 540, points: [540, 600, 660].map((start) => ({ start, value: 1 })) };
  const coarse = { step: 300, first: 0, points: [0, 300, 600].map((start) => ({ start, value: 5 })) };

  it('are the finest at each moment', () => {
    expect(finestPoints([coarse, fine], false).map(({ start, value }) => [start, value])).toEqual([
      [0, 5],
      [300, 5],
      [540, 1],
      [600, 1],
      [660, 1],
    ]);
  });

  it('add up to what the coarser ones say, where they are sums', () => {
    expect(finestPoints([fine, coarse], true).map(({ start, value }) => [start, value])).toEqual([
      [0, 5],
      [300, 4],
      [540, 1],
      [600, 1],
      [660, 1],
    ]);
  });

  it('are coarse where the finer archive has a gap', () => {
    const gap = { ...fine, first: 0, points: [{ start: 0, value: 1 }] };
    const starts = finestPoints([gap, coarse], false).map(({ start, step }) => [start, step]);
    expect(starts).toEqual([
      [0, 60],
      [300, 300],
      [600, 300],
    ]);
  });
});

describe('A chart', () => {
  const table = (values: (number | null)[]) => ({
    columns: ['value'],
    timezone: 'UTC',
    rows: values.map((value, index) => ({ timestamp: index * 60, cells: [value] })),
  });
  const draw = (values: (number | null)[]) => [
    ...chart(table(values), { width: 30, height: 4, colour: false }),
  ];

  it('draws lines with values to the left and times below', () => {
    expect(draw([0, 1, 2, 3, 4])).toEqual([
      '4 ┤                     ⣀⡠⠤⠔⠒⠉\n',
      '  │               ⣀⡠⠤⠒⠊⠉\n',
      '2 ┤       ⣀⣀⠤⠤⠒⠒⠉⠉\n',
      '0 ┤ ⣀⠤⠔⠒⠊⠉\n',
      '  └─┬────────────────────────┬\n',
      '    00:00:00          00:04:00\n',
    ]);
  });

  it('breaks a line where there is no data, and says where there is none at all', () => {
    const dots = draw([1, null, null, null, 1]).join('').match(/[⠁-⣿]/g);
    expect(dots).toHaveLength(2);
    expect(draw([null])).toEqual(['no data\n']);
  });

  it('colours several lines where it may', () => {
    const two = { columns: ['a', 'b'], timezone: 'UTC', rows: [{ timestamp: 0, cells: [1, 2] }] };
    const drawn = [...chart(two, { width: 30, height: 4, colour: true })].join('');
    expect(drawn).toContain('\u001b[36m▪ a\u001b[0m  \u001b[33m▪ b\u001b[0m');
  });
});

describe('The line of progress', () => {
  it('has a bar, the rate and the time left', () => {
    expect(line({ fraction: 0.25, count: 5000, unit: 'buckets' }, 20)).toBe(
      '██████░░░░░░░░░░░░░░░░░░  25%  5,000 buckets  250/s  1:00 left',
    );
    expect(line({ count: 7200, unit: 'records' }, 3600)).toBe('7,200 records  2/s');
  });
});
