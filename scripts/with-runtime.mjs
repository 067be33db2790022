/**
 * Runs a command with the newest Node of a line and the newest drivers:
 * node scripts/with-runtime.mjs 24 -- node scripts/with-services.mjs redis -- jest
 *
 * If npm cannot provide them, prints why and counts the command as skipped.
 */
import { environmentOn } from './lib/node-runtime.mjs';
import { run } from './lib/run.mjs';
import { addToTally } from './lib/tally.mjs';
import { Unavailable } from './lib/unavailable.mjs';

const [line, , command, ...args] = process.argv.slice(2);

try {
  const env = await environmentOn(line);
  await run('node', ['--print', '"▸ On Node " + process.versions.node'], { env });
  process.exitCode = await run(command, args, { env, cwd: process.cwd() });
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  console.log(`– Node ${line} is unavailable: ${error.message}`);
  console.log(`– "${command} ${args.join(' ')}" is skipped`);
  await addToTally({ skipped: 1 });
}
