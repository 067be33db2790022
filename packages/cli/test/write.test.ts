import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, kairos, printed, start, temporaryFolder } from './support/kairos.js';

const cwd = temporaryFolder();
const url = 'sqlite:write.sqlite';
const minute = '{"minute":{"step":60,"steps":100000000},"hour":{"step":"hourly","steps":10}}';
const hits = [url, '--type', 'count'];
const define = ['--define', minute];

const csv = (...args: string[]) => printed(['series', ...args, '--format', 'csv'], { cwd });

describe('kairos insert', () => {
  it('stores a value at a time, and says what is past its retention', async () => {
    const { code, stdout, stderr } = await kairos(
      ['insert', ...hits, ...define, 'home', '3', '2', '--timestamp', '2024-03-01'],
      { cwd },
    );
    expect([code, stdout, stderr]).toEqual([0, '', '1 bucket written, 1 left out: past their retention\n']);
    const range = ['--interval', 'minute', '--start', '2024-03-01', '--steps', '1'];
    expect(await csv(...hits, 'home', ...range)).toBe('timestamp,value\n1709251200,5\n');
  });

  it('wants the intervals where none are recorded', async () => {
    const { code, stderr } = await kairos(['insert', 'sqlite:new.sqlite', 'x', '--type', 'count'], { cwd });
    expect([code, stderr]).toEqual([
      2,
      'kairos: Nothing is recorded for a count in sqlite:new.sqlite; expected --define with its intervals, or another namespace\n',
    ]);
    expect(existsSync(join(cwd, 'new.sqlite'))).toBe(false);
  });

  it('copies the value to so many buckets beside its own', async () => {
    await kairos(['insert', ...hits, 'wide', '--timestamp', '600', '--intervals', '-2', '-q'], { cwd });
    const range = ['--interval', 'minute', '--start', '420', '--end', '660'];
    expect(await csv(...hits, 'wide', ...range)).toBe('timestamp,value\n420,0\n480,1\n540,1\n600,1\n660,0\n');
    expect(await kairos(['insert', ...hits, 'wide', '--intervals', 'two'], { cwd })).toMatchObject({
      code: 2,
      stderr: 'kairos: Option --intervals is "two"; expected a whole number\n',
    });
  });

  it('counts one where a count has no value, and takes negative ones after --', async () => {
    await kairos(['insert', ...hits, 'one', '--timestamp', '120', '-q'], { cwd });
    await kairos(['insert', ...hits, 'one', '--timestamp', '120', '--', '-4'], { cwd });
    const range = ['--interval', 'minute', '--start', '120', '--steps', '1'];
    expect(await csv(...hits, 'one', ...range)).toBe('timestamp,value\n120,-3\n');
    const gauge = [url, '--type', 'gauge', ...define, 'one'];
    expect(await kairos(['insert', ...gauge], { cwd })).toMatchObject({
      code: 2,
      stderr: 'kairos: The value is missing; expected one to insert into a gauge\n',
    });
  });
});

describe('kairos delete', () => {
  it('wants --yes where nobody can be asked, and deletes nothing without', async () => {
    await kairos(['insert', ...hits, 'doomed', '--timestamp', '120'], { cwd });
    expect(await kairos(['delete', ...hits, 'doomed'], { cwd, input: 'y\n' })).toEqual({
      code: 2,
      stdout: '',
      stderr: `kairos: Delete doomed of ${url}? There is no terminal to ask on; expected --yes\n`,
    });
    expect(await printed(['names', ...hits], { cwd })).toContain('doomed');
    await printed(['delete', ...hits, 'doomed', '--yes'], { cwd });
    expect(await printed(['names', ...hits], { cwd })).not.toContain('doomed');
  });

  it('takes names or --all', async () => {
    for (const args of [[], ['home', '--all']]) {
      expect(await kairos(['delete', ...hits, ...args, '--yes'], { cwd })).toMatchObject({ code: 2 });
    }
    const all = [url, '--type', 'count', '--table', 'gone'];
    await printed(['insert', ...all, ...define, 'x', '--timestamp', '0'], { cwd });
    await printed(['delete', ...all, '--all', '--yes'], { cwd });
    expect(await kairos(['names', ...all], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Nothing is recorded for a count'),
    });
  });
});

describe('kairos expire', () => {
  it('deletes what is past its retention, once it is told so', async () => {
    expect(await kairos(['expire', ...hits], { cwd })).toMatchObject({ code: 2 });
    expect(await kairos(['expire', ...hits, '--yes'], { cwd })).toMatchObject({ code: 0 });
  });
});

describe('The command', () => {
  it('says what is wrong in one line, and the cause where it is asked for', async () => {
    const lost = ['info', 'postgres://ann:s3cret@127.0.0.1:1/db', '--type', 'count'];
    const { code, stdout, stderr } = await kairos(lost, { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^kairos: Opening postgres:\/\/127\.0\.0\.1:1\/db failed: connect ECONNREFUSED .*\n$/,
    );
    const verbose = await kairos([...lost, '--verbose'], { cwd });
    expect(verbose.stderr).toContain('Caused by Error: connect ECONNREFUSED');
    expect(verbose.stderr).not.toContain('s3cret');
  });

  it('ends with 2 where the command line makes no sense', async () => {
    for (const [args, message] of [
      [['frobnicate'], "unknown command 'frobnicate'"],
      [['info', 'hits'], 'There is no timeseries "hits"'],
      [['info', url], 'Option --type is missing'],
      [['info', 'ftp://x', '-t', 'count'], 'No backend takes "ftp:" URLs'],
      [
        ['info', 'sqlite:none.sqlite', '-t', 'count'],
        'Nothing is recorded for a count in sqlite:none.sqlite',
      ],
      [['info', ...hits, '--prefix', 'x'], 'Option --prefix is not one of the backend "sql"'],
      [['info', ...hits, '--format', 'csv'], 'Allowed choices are table, json'],
      [['info', url, '-t', 'counter'], 'Allowed choices are series, histogram, count, gauge, set'],
      [['info', url, '-t', 'count', '--define', '{'], 'Option --define is not JSON'],
      [['series', ...hits, 'home', '-i', 'week'], 'There is no interval "week"'],
      [['series', ...hits, 'home', '-i', 'minute', '-s', '5m'], 'Option --start is "5m"'],
      [['series', ...hits, 'home', '-i', 'minute', '-T', 'average'], 'average'],
    ] as const) {
      const { code, stdout, stderr } = await kairos(args, { cwd });
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(/^kairos: .*\n$/);
      expect(stderr).toContain(message);
    }
  });

  it('leaves no file behind where it only looked', async () => {
    expect(existsSync(join(cwd, 'none.sqlite'))).toBe(false);
  });

  it('names the package to install where a backend is missing', async () => {
    // A copy of the command without the packages beside it.
    const { cpSync, mkdirSync, symlinkSync } = await import('node:fs');
    const copy = join(cwd, 'alone');
    const own = join(__dirname, '..');
    mkdirSync(join(copy, 'node_modules', '@kairos'), { recursive: true });
    cpSync(join(own, 'dist'), join(copy, 'dist'), { recursive: true });
    cpSync(join(own, 'package.json'), join(copy, 'package.json'));
    for (const each of ['@kairos/core', 'commander', 'luxon', 'saxes']) {
      symlinkSync(join(own, 'node_modules', each), join(copy, 'node_modules', each));
    }
    const { spawnSync } = await import('node:child_process');
    const env = { ...process.env, NODE_PATH: '' };
    const driver = process.getBuiltinModule?.('node:sqlite') === undefined ? ' better-sqlite3' : '';
    const unless = driver === '' ? '' : ' (Node 22.13 and newer need no better-sqlite3)';
    for (const [source, packages] of [
      ['mysql://h/db', '@kairos/sql mysql2'],
      ['sqlite:hits.sqlite', `@kairos/sql${driver}${unless}`],
    ]) {
      const args = [join(copy, 'dist', 'bin.js'), 'info', source ?? '', '-t', 'count'];
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env });
      expect([status, stderr]).toEqual([
        2,
        `kairos: "${source?.split(':')[0]}:" URLs need @kairos/sql; expected it to be installed: npm install ${packages}\n`,
      ]);
    }
  });

  it('has a help with examples for each command', async () => {
    const help = await printed(['--help'], { cwd });
    for (const command of [
      'info',
      'names',
      'series',
      'watch',
      'insert',
      'delete',
      'expire',
      'copy',
      'export',
      'serve',
    ]) {
      expect(help).toContain(`  ${command} `);
    }
    expect(await printed(['copy', '--help'], { cwd })).toContain('Examples:\n  $ kairos copy');
    expect(await printed(['import', 'whisper', '--help'], { cwd })).toContain('$ kairos import whisper');
  });

  it('ends in silence where its reader goes away', async () => {
    const wide = ['series', ...hits, 'home', '-i', 'minute', '-s', '0', '-e', '20000000', '--format', 'csv'];
    const child = start(wide, { cwd });
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('is told by an option of its own what no flag is for', async () => {
    const own = ['--option', 'valueType=int', ...define];
    const { code, stderr } = await kairos(
      ['insert', url, '--type', 'set', '--table', 'whole', ...own, 'a', '1.5', '--timestamp', '0'],
      { cwd },
    );
    expect([code, stderr]).toEqual([
      2,
      'kairos: The value is 1.5; expected a whole number between -2^53 and 2^53, as the valueType is "int"\n',
    ]);
  });

  it('takes its configuration from a file with any name', async () => {
    writeFileSync(
      join(cwd, 'other.mjs'),
      `export default { timeseries: { mine: { source: '${url}', type: 'count', intervals: ${minute} } } };`,
    );
    expect(await printed(['names', 'mine', '--config', 'other.mjs'], { cwd })).toContain('home');
    expect(await kairos(['names', 'mine', '--config', 'none.mjs'], { cwd })).toMatchObject({ code: 2 });
  });
});
