/**
 * npm run release: publishes every package whose version is not in the registry yet, with provenance where CI can
 * vouch for it, and tags it. npm run release -- --dry-run shows what would be published.
 */
import { readdir, rm } from 'node:fs/promises';
import { must, pnpm, report, root, setUp } from './lib/run.mjs';

const dryRun = process.argv.includes('--dry-run');

await report(async () => {
  // What a build before left of sources that are gone would be published along.
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
