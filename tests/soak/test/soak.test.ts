import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Ten seconds of `npm run soak STORE`; rejects with what it printed where it found anything. */
async function soak(store: string): Promise<{ acknowledged: number; failed: number; unknown: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'kairos-soak-results-'));
  const json = join(folder, 'results.json');
  try {
    const args = [join(__dirname, '../src/main.mjs'), store, '--seconds', '10', '--json', json];
    const { stdout } = await execute(process.execPath, args).catch((error) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    });
    console.log(stdout);
    const [{ fates }] = JSON.parse(await readFile(json, 'utf8'));
    return fates;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.each([
  ['sqlite', 'TEST_SQL'],
  ['postgres', 'TEST_SQL'],
  ['redis', 'TEST_REDIS'],
])('ten seconds of four writers on %s, with kills', (store, variable) => {
  const test = process.env[variable] === 'false' ? it.skip : it;

  test('leave stored what was acknowledged, nothing of what failed, and nothing twice', async () => {
    const { acknowledged, failed, unknown } = await soak(store);
    expect(acknowledged).toBeGreaterThan(1000);
    expect(failed + unknown).toBeGreaterThan(0);
  }, 120_000);
});
