import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run.mjs';
import { reasonOf, Unavailable } from './unavailable.mjs';

const execute = promisify(execFile);

/** The newest drivers. The workspace uses older ones, which still run on Node 20. */
const DRIVERS = { 'better-sqlite3': '13', kysely: '0.29' };

/**
 * The environment in which `node` is the newest release of a line (`22`) and tests use the newest drivers.
 * Both come from npm once and stay in `.services`.
 */
export async function environmentOn(line) {
  const folder = await nodeOf(line);
  const hooks = join(root, 'scripts', 'lib', 'newest-drivers.mjs');
  return {
    ...process.env,
    PATH: [join(folder, 'node_modules', 'node', 'bin'), process.env.PATH].join(delimiter),
    // One for Jest, which resolves modules itself; one for the processes and threads that tests start.
    KAIROS_NEWEST_DRIVERS: join(folder, 'node_modules'),
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require "${hooks}"`].filter(Boolean).join(' '),
  };
}

async function nodeOf(line) {
  const folder = join(root, '.services', `node-${line}`);
  if (existsSync(folder)) return folder;
  const work = `${folder}-${process.pid}`;
  try {
    console.log(`  fetching Node ${line} and its drivers from npm (once)`);
    await mkdir(work, { recursive: true });
    const dependencies = { node: line, ...DRIVERS };
    // The package downloads its program in an install script.
    const manifest = { private: true, dependencies, allowScripts: { node: true } };
    await writeFile(join(work, 'package.json'), JSON.stringify(manifest));
    await execute('npm', ['install', '--no-audit', '--no-fund'], { cwd: work, maxBuffer: 2 ** 26 });
    await execute(join(work, 'node_modules', 'node', 'bin', 'node'), ['--version']);
    // A parallel run may have won the race.
    await rename(work, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } catch (error) {
    throw new Unavailable(`npm does not give it: ${reasonOfNpm(error)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** npm's error code and first line; the last line only says where its log is. */
function reasonOfNpm(error) {
  const lines = [...String(error?.stderr ?? '').matchAll(/^npm error (.+)$/gm)].map(([, line]) => line);
  return lines.slice(0, 2).join(', ') || reasonOf(error);
}
