/**
 * npm run release: publishes every package whose version is not in the registry yet, with provenance where CI can
 * vouch for it, and tags it. npm run release -- --dry-run shows what would be published.
 */
import { must, pnpm, report, setUp } from './lib/run.mjs';

const dryRun = process.argv.includes('--dry-run');

await report(async () => {
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
