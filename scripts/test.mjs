/** npm test: installs, builds, checks, and runs the tests of every package, each with the servers it needs. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needServers } from './lib/need-servers.mjs';
import { must, pnpm, root, setUp } from './lib/run.mjs';
import { sideBySide } from './lib/side-by-side.mjs';
import { tallied } from './lib/tallied.mjs';

/**
 * The `test` scripts of all packages, or the `test:…` parts of a package that has them. The slowest packages
 * come first, so that none of them runs alone at the end.
 */
async function testScripts() {
  const found = [];
  for (const folder of ['packages', 'examples', 'tests']) {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const manifest = await readFile(join(root, folder, name, 'package.json'), 'utf8').then(
        JSON.parse,
        () => ({}),
      );
      const scripts = Object.keys(manifest.scripts ?? {}).filter((script) => /^test(:|$)/.test(script));
      const parts = scripts.filter((script) => script !== 'test');
      for (const script of parts.length > 0 ? parts : scripts) found.push({ project: manifest.name, script });
    }
  }
  const rank = ({ project, script }) => {
    const index = LONGEST.indexOf(`${project} ${script}`);
    return index === -1 ? LONGEST.length : index;
  };
  return found.sort((a, b) => rank(a) - rank(b));
}

const LONGEST = [
  '@kairos/cassandra test:node',
  '@kairos-workspace/packaging test',
  '@kairos/sql test:own',
  '@kairos/redis test:own',
  '@kairos/mongo test:own',
  '@kairos/cli test',
  '@kairos-workspace/soak test',
  '@kairos/sql test:contract',
  '@kairos/http test',
  '@kairos/adapter-tests test',
];

await tallied(async () => {
  // Fetching mostly waits for the network.
  const servers = needServers();
  await setUp();
  await must('Checking format and lint', ...pnpm('exec', 'biome', 'ci', '.'));
  await must('Checking changesets', process.execPath, ['scripts/changesets.mjs']);
  await must('Checking types, those of the tests too', ...pnpm('exec', 'turbo', 'run', 'typecheck'));
  await must('Building the API reference', ...pnpm('exec', 'typedoc', '--logLevel', 'Warn'));
  await servers;
  const jobs = (await testScripts()).map(({ project, script }) => {
    const [command, args] = pnpm('--filter', project, 'run', script);
    return { title: `Testing ${project}${script.slice('test'.length).replace(':', ', ')}`, command, args };
  });
  const { failed } = await sideBySide(jobs);
  return failed;
});
