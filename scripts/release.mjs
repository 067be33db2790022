/**
 * npm run release: publishes every package whose version the registry lacks, and tags it; CI adds provenance.
 * npm run release -- --dry-run shows what it would publish.
 */
import { readdir, rm } from 'node:fs/promises';
import { must, pnpm, report, root, setUp } from './lib/run.mjs';

const dryRun = process.argv.includes('--dry-run');

await report(async () => {
  // Old build output may hold files whose sources are gone; they must not be published.
  for (const name of await readdir(`${root}packages`)) {
    await rm(`${root}packages/${name}/dist`, { recursive: true, force: true });
  }
  await setUp();
  await must('Checking changesets', process.execPath, ['scripts/changesets.mjs']);
  const provenance = process.env.CI === undefined ? [] : ['--provenance'];
  const flags = dryRun ? ['--dry-run', '--no-git-checks'] : provenance;
  await must(
    dryRun ? 'What would be published' : 'Publishing',
    ...pnpm('--recursive', '--filter', './packages/*', 'publish', '--access', 'public', ...flags),
  );
  if (!dryRun) await must('Tagging', ...pnpm('exec', 'changeset', 'tag'));
});
