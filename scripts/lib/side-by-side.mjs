import { spawn } from 'node:child_process';
import { environmentOf, root } from './run.mjs';
import { composeDown } from './server.mjs';
import { addToTally } from './tally.mjs';

/** How many commands run at once: each spends half of its time waiting for its server. */
const AT_ONCE = 2;

/**
 * Runs commands side by side, in order, and prints the output of each in one piece when it ends. Starts a
 * command only if `fits` allows it. Resolves to the titles of the failed ones and of the ones left out.
 *
 * @param {{ title: string, command: string, args: string[], cwd?: string, minutes?: number }[]} jobs
 */
export async function sideBySide(jobs, { fits = () => true } = {}) {
  const waiting = [...jobs];
  const failed = [];
  const leftOut = [];
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      if (!fits(job)) {
        leftOut.push(job.title);
        continue;
      }
      console.log(`▸ ${job.title} …`);
      const begun = Date.now();
      const { code, output } = await captured(job);
      const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
      console.log(`\n${code === 0 ? '▸' : '✗'} ${job.title}, after ${minutes} min\n${output}`);
      if (code === 0) continue;
      failed.push(job.title);
      await addToTally({ failures: [`${job.title}, whose output ends with\n${endOf(output)}`] });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await composeDown();
  return { failed, leftOut };
}

function endOf(output) {
  return output.trimEnd().split('\n').slice(-20).join('\n');
}

function captured({ command, args, cwd = root }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environmentOf({ ...process.env, COMPOSE_KEPT: 'true' }),
    });
    const parts = [];
    child.stdout.on('data', (part) => parts.push(part));
    child.stderr.on('data', (part) => parts.push(part));
    const end = (code, text = '') => resolve({ code, output: Buffer.concat(parts).toString() + text });
    child.on('error', (error) => end(1, String(error)));
    child.on('close', (code) => end(code ?? 1));
  });
}
