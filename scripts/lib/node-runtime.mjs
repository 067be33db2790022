import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run.mjs';
import { reasonOf, Unavailable } from './unavailable.mjs';

const execute = promisify(execFile);

/** The newest drivers, which Node 20 has not: the workspace's own are built for that. */
const DRIVERS = { 'better-sqlite3': '13', kysely: '0.29' };

/**
 * The environment in which `node` is the newest release of a line (`22`), and tests take the newest drivers. Both come
 * from npm, once, and are kept in `.services`.
 */
export async function environmentOn(line) {
  const folder = await nodeOf(line);
  const hooks = join(root, 'scripts', 'lib', 'newest-drivers.mjs');
  return {
    ...process.env,
    PATH: [join(folder, 'node_modules', 'node', 'bin'), process.env.PATH].join(delimiter),
    // For Jest, which has a resolution of its own, and for the processes and threads that tests start.
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
    // Its program comes by a script of its package.
    const manifest = { private: true, dependencies, allowScripts: { node: true } };
    await writeFile(join(work, 'package.json'), JSON.stringify(manifest));
    await execute('npm', ['install', '--no-audit', '--no-fund'], { cwd: work, maxBuffer: 2 ** 26 });
    await execute(join(work, 'node_modules', 'node', 'bin', 'node'), ['--version']);
    // Another run may have been faster.
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

/** The code of npm's error and what it says first; what it says last is where its log lies. */
function reasonOfNpm(error) {
  const lines = [...String(error?.stderr ?? '').matchAll(/^npm error (.+)$/gm)].map(([, line]) => line);
  return lines.slice(0, 2).join(', ') || reasonOf(error);
}
