import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itOn, main } from './main.js';

describe.each(['sqlite', 'postgres', 'redis'])('ten seconds of four writers on %s, with kills', (store) => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kairos-soak-results-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  itOn(store)(
    'leave stored what was acknowledged, nothing of what failed, and nothing twice',
    async () => {
      const json = join(folder, 'results.json');
      await main(store, '--seconds', '10', '--json', json);
      const [{ fates }] = JSON.parse(await readFile(json, 'utf8'));
      expect(fates.acknowledged).toBeGreaterThan(1000);
      expect(fates.failed + fates.unknown).toBeGreaterThan(0);
    },
    120_000,
  );
});
