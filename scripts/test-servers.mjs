/**
 * npm run test:servers: installs, builds and runs the matrix of scripts/matrix.mjs. `-- --until SECONDS`
 * leaves out the rows that would not end by that Unix time.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, setUp } from './lib/run.mjs';
import { sideBySide } from './lib/side-by-side.mjs';
import { tallied } from './lib/tallied.mjs';
import { matrix } from './matrix.mjs';

const { values } = parseArgs({ options: { until: { type: 'string' } } });
const until = values.until === undefined ? Number.POSITIVE_INFINITY : Number(values.until) * 1000;

const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const withServices = join(root, 'scripts', 'with-services.mjs');
const withRuntime = join(root, 'scripts', 'with-runtime.mjs');

const jobs = matrix.map(({ title, minutes, folder, node, services, tests }) => {
  // This process's Node, or the one that with-runtime.mjs puts first on the path.
  const program = node === undefined ? process.execPath : 'node';
  const testing = [withServices, ...services, '--', program, jest, ...tests.map(patternOf)];
  return {
    title: `Testing ${title}`,
    minutes,
    command: process.execPath,
    args: node === undefined ? testing : [withRuntime, String(node), '--', program, ...testing],
    cwd: join(root, folder),
  };
});

function patternOf(test) {
  return test instanceof RegExp ? test.source : test;
}

await tallied(async () => {
  await setUp();
  console.log('\n▸ Testing on more servers and runtimes');
  const fits = ({ minutes }) => Date.now() + minutes * 60_000 <= until;
  const { failed, leftOut } = await sideBySide(jobs, { fits });
  for (const title of leftOut) console.log(`– ${title} is skipped: this run has no time for it`);
  return failed;
});
