import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kairos, printed, temporaryFolder } from './support/kairos.js';

const cwd = temporaryFolder();
const fixtures = join(__dirname, 'fixtures');
const define = join(fixtures, 'intervals.json');
const url = 'sqlite:import.sqlite';

type Points = [timestamp: number, value: number][];

/** An archive as whisper printed it, from its first second on. */
interface Printed {
  readonly from: number;
  readonly points: Points;
}

/** The files as whisper and rrdtool printed them: see fixtures/make.py. */
const tools: {
  readonly whisper: readonly {
    readonly file: string;
    readonly aggregation: string;
    readonly archives: Readonly<Record<string, Printed>>;
    readonly total: number;
  }[];
  readonly rrd: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(fixtures, 'printed.json'), 'utf8'));

/** The minutes of a name that have data. */
async function minutesOf(name: string, type: string, more: readonly string[] = []): Promise<Points> {
  const args = ['export', url, name, '--type', type, '--interval', 'minute', ...more];
  const lines = (await printed(args, { cwd })).trim().split('\n');
  return lines.map((line) => JSON.parse(line)).map(({ timestamp, data }) => [timestamp, data]);
}

/** Takes all points of the finest archive, and from each coarser one those that no finer archive covers. */
function finestOf(archives: Readonly<Record<string, Printed>>): Points {
  let found: Points = [];
  let reach = Number.POSITIVE_INFINITY;
  for (const [key, { from, points }] of Object.entries(archives)) {
    const finer = found;
    const isSilent = (start: number) =>
      finer.every(([timestamp]) => timestamp < start || timestamp >= start + Number(key));
    const coarse = points.filter(([timestamp]) => timestamp < reach || isSilent(timestamp));
    found = [...finer, ...coarse].sort(([one], [other]) => one - other);
    reach = from;
  }
  return found;
}

describe('kairos import whisper', () => {
  it('reads the finest points at each moment, as whisper prints them', async () => {
    const gauges = ['--type', 'gauge', '--define', define];
    const folder = join(fixtures, 'whisper');
    const { code, stderr } = await kairos(['import', 'whisper', folder, url, ...gauges], { cwd });
    expect([code, stderr]).toEqual([0, '288 records of 4 files stored\n']);
    expect(await kairos(['import', 'whisper', folder, folder, url, ...gauges], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Two files are called "disk.free"'),
    });
    expect(await printed(['names', url, '--type', 'gauge'], { cwd })).toBe(
      'disk.free\nqueue\nweb.hits\nweb.temperature\n',
    );
    for (const name of ['disk/free', 'queue', 'web/temperature']) {
      const archives = tools.whisper.find(({ file }) => file === `${name}.wsp`)?.archives ?? {};
      const expected = finestOf(archives);
      expect(expected.length).toBeGreaterThan(20);
      expect([name, await minutesOf(name.replace('/', '.'), 'gauge')]).toEqual([name, expected]);
    }
  });

  it('counts nothing twice of sums, and loses nothing', async () => {
    const file = join(fixtures, 'whisper', 'web', 'hits.wsp');
    await printed(['import', 'whisper', file, url, '--type', 'count', '--define', define], { cwd });
    const hits = tools.whisper.find(({ file: each }) => each === 'web/hits.wsp');
    if (hits === undefined) throw new Error('The fixtures have no hits');
    const { archives, total } = hits;
    const minutes = await minutesOf('hits', 'count');
    expect(minutes.reduce((sum, [, value]) => sum + value, 0)).toBe(total);
    const fine = archives[60]?.points ?? [];
    expect(fine).toHaveLength(90);
    const coarse = new Map(archives[300]?.points);
    const starts = minutes.filter(([timestamp]) => timestamp < (fine[0]?.[0] ?? 0)).slice(-20, -1);
    for (const [timestamp, value] of starts)
      expect([timestamp, coarse.get(timestamp)]).toEqual([timestamp, value]);
    // A minute without hits is still a minute with data.
    expect(minutes.filter(([timestamp]) => timestamp >= (fine[0]?.[0] ?? 0))).toEqual(fine);
  });

  it('refuses what a count would add up, names with data, and what is no file of Whisper', async () => {
    const count = ['--type', 'count', '--define', define, '--table', 'other'];
    const whisper = (...args: string[]) => kairos(['import', 'whisper', ...args, url, ...count], { cwd });
    const temperature = join(fixtures, 'whisper', 'web', 'temperature.wsp');
    expect(await whisper(temperature)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds values of the aggregation "average"'),
    });
    expect(await whisper(temperature, '--aggregation', 'sum', '--name-from', 'file')).toMatchObject({
      code: 0,
    });
    expect(await whisper(temperature, '--aggregation', 'sum')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The target already has data of "temperature"'),
    });
    expect(await whisper(temperature, '--aggregation', 'sum', '--add')).toMatchObject({ code: 0 });
    writeFileSync(join(cwd, 'broken.wsp'), readFileSync(temperature).subarray(0, 900));
    expect(await whisper('broken.wsp')).toMatchObject({
      code: 1,
      stderr: 'kairos: broken.wsp is not a Whisper file, or is truncated\n',
    });
  });

  it('makes names with slashes', async () => {
    const names = ['--type', 'series', '--define', define];
    const folder = join(fixtures, 'whisper');
    await printed(['import', 'whisper', folder, url, ...names, '--name-from', 'slashes', '-q'], { cwd });
    expect(await printed(['names', url, ...names], { cwd })).toContain('web/hits\n');
  });
});

describe('kairos import rrd', () => {
  const xml = join(fixtures, 'router.xml');
  const printedBy = (archive: string, column: number): Points =>
    (tools.rrd[archive] ?? '').split('\n').flatMap((line): Points => {
      const [, timestamp, values = ''] = /^(\d+): (.*)$/.exec(line) ?? [];
      const value = Number(values.split(' ')[column]);
      return timestamp === undefined || Number.isNaN(value) ? [] : [[Number(timestamp), value]];
    });

  it('reads the finest points at each moment, as rrdtool prints them', async () => {
    const gauges = ['--type', 'gauge', '--define', define, '--table', 'rrd'];
    await printed(['import', 'rrd', xml, url, ...gauges], { cwd });
    for (const [column, source] of ['in', 'out'].entries()) {
      const fine = printedBy('AVERAGE 300', column);
      const coarse = printedBy('AVERAGE 1800', column);
      const first = fine[0]?.[0] ?? 0;
      const expected = [...coarse.filter(([timestamp]) => timestamp < first), ...fine];
      expect(expected.length).toBeGreaterThan(28);
      expect(await minutesOf(`router.${source}`, 'gauge', ['--table', 'rrd'])).toEqual(
        expected.map(([timestamp, value]) => [timestamp - (timestamp % 60), value]),
      );
    }
  });

  it('reads another consolidation function from stdin, at the start of its rows', async () => {
    const gauges = ['--type', 'gauge', '--define', define, '--table', 'rrd_max'];
    await kairos(['import', 'rrd', '-', url, ...gauges, '--aggregation', 'max', '--at', 'start'], {
      cwd,
      input: readFileSync(xml, 'utf8'),
    });
    const expected = printedBy('MAX 1800', 0).map(([timestamp, value]) => [timestamp - 1800, value]);
    expect(await minutesOf('in', 'gauge', ['--table', 'rrd_max'])).toEqual(expected);
  });

  it('refuses a function that the file lacks, a count, and what is no dump', async () => {
    const rrd = (input: string, type: string, ...args: string[]) =>
      kairos(['import', 'rrd', '-', url, '--type', type, '--define', define, ...args], { cwd, input });
    const dump = readFileSync(xml, 'utf8');
    expect(await rrd(dump, 'gauge', '--aggregation', 'last')).toMatchObject({
      code: 2,
      stderr: 'kairos: The file has no archive of LAST; expected one of AVERAGE, MAX\n',
    });
    expect(await rrd(dump, 'count')).toMatchObject({ code: 2 });
    expect(await rrd('<rrd><step>', 'gauge')).toMatchObject({ code: 2 });
    expect(await rrd('RRD\u0000', 'gauge')).toMatchObject({ code: 2 });
  });
});

describe('kairos import csv', () => {
  it('inserts values into all intervals', async () => {
    const table = ['--type', 'series', '--define', define, '--table', 'csv'];
    const input = 'timestamp,name,value\n120,a,1\n2024-03-01T12:00,"b,c",2.5\n121,a,3\n';
    const { code, stderr } = await kairos(['import', 'csv', '-', url, ...table], { cwd, input });
    expect([code, stderr]).toEqual([0, '3 records stored\n']);
    expect(await minutesOf('a', 'series', ['--table', 'csv'])).toEqual([[120, [1, 3]]]);
    expect(await minutesOf('b,c', 'series', ['--table', 'csv'])).toEqual([[1_709_294_400, [2.5]]]);
  });

  it('takes a name for what has none, and says which record makes no sense', async () => {
    const table = ['--type', 'gauge', '--define', define, '--table', 'named'];
    const csv = (input: string, ...args: string[]) =>
      kairos(['import', 'csv', '-', url, ...table, ...args], { cwd, input });
    expect(await csv('timestamp,value\n60,5\n', '--name', 'x')).toMatchObject({ code: 0 });
    expect(await minutesOf('x', 'gauge', ['--table', 'named'])).toEqual([[60, 5]]);
    expect(await csv('timestamp,value\n60,5\n')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The columns are timestamp,value; expected name,timestamp,value'),
    });
    expect(await csv('timestamp,name,value\n60,a,1\n60,a,\n')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Record 3 has neither a value'),
    });
  });
});

describe('kairos export', () => {
  it.each(['csv', 'ndjson'])('is taken back by import %s to equal answers, of every type', async (format) => {
    const words = ['--value-type', 'string'];
    for (const type of ['series', 'histogram', 'set', 'gauge', 'count']) {
      const from = ['sqlite:from.sqlite', '--type', type, '--table', `from_${format}`];
      const to = [`sqlite:to.sqlite`, '--type', type, '--table', `to_${format}`];
      const values = type === 'count' ? [] : words;
      const input = [
        'name,timestamp,value',
        ...['1', '2', '2', '30'].map((value, index) => `"a ""x""",${index * 50},${value}`),
        'ü,90000,4',
      ].join('\n');
      await kairos(['import', 'csv', '-', ...from, ...values, '--define', define, '-q'], { cwd, input });
      const text = await printed(['export', ...from, ...values, '--format', format], { cwd });
      await kairos(['import', format, '-', ...to, ...values, '--define', define, '-q'], { cwd, input: text });
      expect(text.split('\n').length).toBeGreaterThan(5);
      expect(await printed(['export', ...to, ...values, '--format', format], { cwd })).toBe(text);
    }
  });
});
