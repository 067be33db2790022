import { emptyFolder, installBackend, must, pack, remove } from '../src/project.js';
import { testUnless } from '../src/test-unless.js';

describe('A project with @kairos/cli, @kairos/sql and its driver', () => {
  const test = testUnless('TEST_SQL');
  let folder: string;
  let project: string;

  beforeAll(async () => {
    if (process.env.TEST_SQL === 'false') return;
    folder = await emptyFolder();
    const core = await pack('core', folder);
    const more = { '@kairos/cli': await pack('cli', folder), '@kairos/http': await pack('http', folder) };
    project = await installBackend(
      { name: 'sql', backend: { driver: 'better-sqlite3' } },
      { folder, core, more },
    );
  }, 300_000);

  afterAll(async () => {
    for (const each of [project, folder]) if (each !== undefined) await remove(each);
  });

  test('has the command kairos, which writes, reads and draws', async () => {
    const kairos = (...args: string[]) => must('npx', ['--no', 'kairos', ...args], project);
    const hits = ['sqlite:hits.sqlite', '--type', 'count', '--define', '{"minute":{"step":60}}'];
    await kairos('insert', ...hits, 'home', '3', '--timestamp', '120');
    const range = ['home', '--interval', 'minute', '--start', '120', '--steps', '1'];
    expect(await kairos('series', ...hits, ...range, '--format', 'csv')).toBe('timestamp,value\n120,3\n');
    await kairos('series', ...hits, ...range, '--svg', 'hits.svg');
    expect(await must('head', ['-c', '4', 'hits.svg'], project)).toBe('<svg');
  }, 60_000);
});
