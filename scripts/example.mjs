/** npm run example NAME [-- ARGUMENTS]: installs, builds, and runs an example with the servers it needs. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { must, pnpm, report, root, setUp } from './lib/run.mjs';

const examples = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'src', 'main.ts')),
);
const [name, ...args] = process.argv.slice(2);

if (!examples.includes(name)) {
  console.error(`npm run example NAME: there are ${examples.join(', ')}`);
  process.exitCode = 2;
} else {
  await report(async () => {
    await setUp();
    await must(
      `Running examples/${name}`,
      ...pnpm('--silent', '--filter', `@kairos-examples/${name}`, 'start', ...args),
    );
  });
}
