/** Fails if a package changed since the last release and has no changeset. */
import { execFileSync } from 'node:child_process';
import { pnpm, root, run } from './lib/run.mjs';

const tags = execFileSync('git', ['tag', '--list', '@kairos/*', '--sort=-creatordate'], {
  cwd: root,
  encoding: 'utf8',
});
const [last] = tags.split('\n');

if (last === '') {
  console.log('  nothing is released yet: the first versions are in the manifests');
} else {
  process.exitCode = await run(...pnpm('exec', 'changeset', 'status', `--since=${last}`));
}
