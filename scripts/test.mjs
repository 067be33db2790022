/** npm test: installs, builds, checks, then runs the tests of every package, each with the servers it needs. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, pnpm, root, run, setUp } from './lib/run.mjs';
import { sumOf } from './lib/tally.mjs';

const tallies = await mkdtemp(join(tmpdir(), 'kairos-tally-'));
const broken = [];

async function projects() {
  const found = [];
  for (const folder of ['packages', 'examples', 'tests']) {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const manifest = await readFile(join(root, folder, name, 'package.json'), 'utf8').then(
        JSON.parse,
        () => ({}),
      );
      if (manifest.scripts?.test !== undefined) found.push(manifest.name);
    }
  }
  return found;
}

try {
  await setUp();
  await must('Checking format and lint', ...pnpm('exec', 'biome', 'ci', '.'));
  await must('Checking changesets', process.execPath, ['scripts/changesets.mjs']);
  await must('Checking types, those of the tests too', ...pnpm('exec', 'turbo', 'run', 'typecheck'));
  await must('Building the API reference', ...pnpm('exec', 'typedoc', '--logLevel', 'Warn'));
  for (const project of await projects()) {
    console.log(`\n▸ Testing ${project}`);
    const env = { ...process.env, KAIROS_TALLY: tallies };
    const code = await run(...pnpm('--filter', project, 'test'), { env });
    if (code !== 0) broken.push(project);
  }
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
  broken.push('set-up');
}

const total = await sumOf(tallies);
await rm(tallies, { recursive: true });
if (broken.length > 0) {
  console.log(`\n✗ ${broken.join(', ')} failed`);
  total.failed = Math.max(total.failed, broken.length);
  process.exitCode = 1;
} else {
  console.log('\n✓ All tests passed');
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
