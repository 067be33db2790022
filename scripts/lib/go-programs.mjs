import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run.mjs';
import { findProgram } from './server.mjs';
import { reasonOf, Unavailable } from './unavailable.mjs';

const execute = promisify(execFile);

/**
 * The paths of programs of a Go module by their names. Go builds each once; it stays in `.services`. `folder` is the
 * folder of the module that contains the programs.
 *
 * @example
 * ```js
 * const vitess = { title: 'Vitess', version: '0.24.4', module: 'vitess.io/vitess', folder: 'go/cmd' };
 * const { vtgate, vttablet } = await goPrograms(vitess, 'vtgate', 'vttablet');
 * ```
 */
export async function goPrograms(source, ...names) {
  const home = join(root, '.services', `${source.title.toLowerCase()}-${source.version}`);
  const paths = Object.fromEntries(names.map((name) => [name, join(home, 'bin', name)]));
  const missing = names.filter((name) => !existsSync(paths[name]));
  if (missing.length > 0) await build(home, source, missing);
  return paths;
}

async function build(home, { title, version, module, folder }, names) {
  const go = await findProgram('go', '/usr/local/go/bin/go');
  if (go === undefined)
    throw new Unavailable(`${title} is built from its Go module, and there is no "go" here`);
  console.log(`  building ${names.join(', ')} of ${title} ${version} with Go (once, some minutes)`);
  const work = join(home, `work-${process.pid}`);
  try {
    await mkdir(work, { recursive: true });
    await writeFile(join(work, 'go.mod'), 'module kairos/programs\n');
    const options = { cwd: work, env: { ...process.env, GOFLAGS: '-mod=mod' }, maxBuffer: 2 ** 26 };
    await execute(go, ['get', `${module}@v${version}`], options);
    await mkdir(join(home, 'bin'), { recursive: true });
    for (const name of names) {
      await execute(go, ['build', '-o', name, `${module}/${folder}/${name}`], options);
      await rename(join(work, name), join(home, 'bin', name));
    }
  } catch (error) {
    throw new Unavailable(`${title} ${version} cannot be built: ${reasonOf(error)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
