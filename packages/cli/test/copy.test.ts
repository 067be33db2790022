import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, kairos, printed, start, temporaryFolder } from './support/kairos.js';

const cwd = temporaryFolder();
const minute = '{"minute":{"step":60}}';
const coarse = '{"hour":{"step":3600},"month":{"step":"monthly","resolution":"daily"}}';
const from = ['sqlite:from.sqlite', '--type', 'count'];
const START = 1_704_067_200;

beforeAll(async () => {
  const lines = ['name,timestamp,value'];
  for (let name = 0; name < 40; name++) {
    for (let index = 0; index < 200; index++) lines.push(`name ${name},${START + index * 7000},${index % 7}`);
  }
  await kairos(['import', 'csv', '-', ...from, '--define', minute], { cwd, input: lines.join('\n') });
});

const copy = (to: string, ...args: string[]) => {
  const [source = '', ...flags] = from;
  return kairos(['copy', source, `sqlite:${to}.sqlite`, ...flags, '--to-define', coarse, ...args], { cwd });
};

describe('kairos copy', () => {
  it('makes coarser intervals, says what it did, and verifies it', async () => {
    const { code, stdout } = await copy('whole', '--verify');
    expect([code, stdout]).toEqual([
      0,
      [
        '40 names copied',
        'interval  from    buckets  expired',
        'hour      minute     8000        0',
        'month     minute      680        0',
        'interval  from    buckets  found  total  found  same',
        'hour      minute     6840   6840  23760  23760  yes',
        'month     minute      680    680  23760  23760  yes',
        '',
      ].join('\n'),
    ]);
    expect(readdirSync(join(cwd, 'state', 'kairos'))).toEqual([]);
  });

  it('refuses what cannot be made, before anything is written', async () => {
    const finer = ['--to-define', '{"second":{"step":1}}'];
    expect(await copy('finer', ...finer)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The interval "second" of the target'),
    });
    expect(await copy('finer', '--interval', 'minute=week')).toMatchObject({ code: 2 });
    expect(existsSync(join(cwd, 'finer.sqlite'))).toBe(false);
    expect(await copy('finer', '--interval', 'minute')).toMatchObject({
      code: 2,
      stderr: 'kairos: Option --interval is "minute"; expected FROM=TO, such as minute=hour\n',
    });
    expect(readdirSync(join(cwd, 'state', 'kairos'))).toEqual([]);
  });

  it('refuses names that the target has, and finds a copy that differs', async () => {
    expect(await copy('some', '--name', 'name 3', '--name', 'name 4', '--name', 'name 4')).toMatchObject({
      code: 0,
    });
    expect(await copy('some')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The target already has data of "name 3"'),
    });
    const other = ['--to-define', '{"day":{"step":"daily"}}'];
    expect(await copy('some', ...other)).toMatchObject({ code: 2 });
    expect(await printed(['info', 'sqlite:some.sqlite', '-t', 'count'], { cwd })).not.toContain('day');
    const { code, stdout, stderr } = await copy('some', '--name', 'name 3', '--add', '--verify');
    expect([code, stderr]).toEqual([3, 'kairos: The copy differs from its source\n']);
    expect(stdout).toMatch(/^hour .* no: name 3$/m);
  });

  it('refuses a name that the source does not have', async () => {
    expect(await copy('unknown', '--name', 'name 3', '--name', 'nome 3')).toMatchObject({
      code: 2,
      stderr: 'kairos: The source has no data of "nome 3"; expected a --name that "kairos names" lists\n',
    });
    expect(existsSync(join(cwd, 'unknown.sqlite'))).toBe(false);
  });

  it('takes the time that it is told to', async () => {
    const days = ['--since', '2024-01-02', '--until', '2024-01-03', '--verify', '--name', 'name 0'];
    const { code, stdout } = await copy('days', ...days);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^hour +minute +12 +0$/m);
  });

  it('that is killed goes on with --resume, and counts nothing twice', async () => {
    const journal = join(cwd, 'killed.ndjson');
    const args = ['--journal', journal];
    const [source = '', ...flags] = from;
    const child = start(['copy', source, 'sqlite:killed.sqlite', ...flags, '--to-define', coarse, ...args], {
      cwd,
    });
    const end = ended(child);
    // Kill it once some names are done and others are not.
    const lines = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 2 : 0);
    while (lines() < 3 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGKILL');
    await end;
    const done = lines();
    expect(done).toBeGreaterThan(2);
    expect(done).toBeLessThan(40);
    expect(await copy('killed', ...args)).toMatchObject({ code: 2 });
    const { code, stdout } = await copy('killed', ...args, '--resume', '--verify');
    expect(code).toBe(0);
    expect(stdout).toContain(`${40 - done} names copied`);
    expect(stdout).toMatch(/^hour +minute +6840 +6840 +23760 +23760 +yes$/m);
    expect(existsSync(journal)).toBe(false);
  });

  it('that is interrupted ends between two names, and says how to go on', async () => {
    const journal = join(cwd, 'interrupted.ndjson');
    const [source = '', ...flags] = from;
    const args = ['--to-define', coarse, '--journal', journal];
    const child = start(['copy', source, 'sqlite:interrupted.sqlite', ...flags, ...args], { cwd });
    const end = ended(child);
    while (!existsSync(journal) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/^\d+ names are copied; --resume goes on\nkairos: Interrupted\n$/),
    ]);
    expect(await copy('interrupted', '--journal', journal, '--resume', '--verify')).toMatchObject({
      code: 0,
    });
  });

  it('does not go on with what is not there, nor with another copy', async () => {
    expect(await copy('nothing', '--resume')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected an interrupted copy'),
    });
    writeFileSync(join(cwd, 'foreign.ndjson'), '{"title":"another","limits":{}}\n');
    expect(await copy('nothing', '--resume', '--journal', join(cwd, 'foreign.ndjson'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('belongs to another copy'),
    });
  });

  it('gives the target the intervals of the source where it has none', async () => {
    const [source = '', ...flags] = from;
    await printed(['copy', source, 'sqlite:same.sqlite', ...flags, '--name', 'name 1', '-q'], { cwd });
    const range = ['name 1', '--interval', 'minute', '--start', String(START + 7000), '--steps', '1'];
    expect(
      await printed(['series', 'sqlite:same.sqlite', ...flags, ...range, '--format', 'csv'], { cwd }),
    ).toBe(`timestamp,value\n${START + 7000 - ((START + 7000) % 60)},1\n`);
  });

  it('keeps to the intervals that the target has', async () => {
    const to = ['sqlite:own.sqlite', '--type', 'count'];
    await printed(['insert', ...to, 'other', '--define', '{"hour":{"step":3600}}', '-q'], { cwd });
    const [source = '', ...flags] = from;
    const stdout = await printed(['copy', source, 'sqlite:own.sqlite', ...flags, '--name', 'name 1'], {
      cwd,
    });
    expect(stdout).toMatch(/^1 name copied\ninterval .*\nhour +minute .*\n$/);
  });

  it('refuses to copy onto itself', async () => {
    const [source = '', ...flags] = from;
    expect(await kairos(['copy', source, source, ...flags], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The source is the target'),
    });
  });
});
