import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run.mjs';
import { findProgram } from './server.mjs';
import { reasonOf, Unavailable } from './unavailable.mjs';

const VERSION = '0.24.4';
const MODULE = 'vitess.io/vitess';

const execute = promisify(execFile);

/**
 * The paths of programs of Vitess by their names, built once from its Go module and kept.
 *
 * @example
 * ```js
 * const { vtgate, vttablet } = await vitessPrograms('vtgate', 'vttablet');
 * ```
 */
export async function vitessPrograms(...names) {
  const home = join(root, '.services', `vitess-${VERSION}`);
  const paths = Object.fromEntries(names.map((name) => [name, join(home, 'bin', name)]));
  const missing = names.filter((name) => !existsSync(paths[name]));
  if (missing.length > 0) await build(home, missing);
  return paths;
}

async function build(home, names) {
  const go = await findProgram('go', '/usr/local/go/bin/go');
  if (go === undefined)
    throw new Unavailable('Vitess is built from its Go module, and there is no "go" here');
  console.log(`  building ${names.join(', ')} of Vitess ${VERSION} from its Go module (once, some minutes)`);
  const work = join(home, `work-${process.pid}`);
  try {
    await mkdir(work, { recursive: true });
    await writeFile(join(work, 'go.mod'), 'module kairos/vitess\n');
    const options = { cwd: work, env: { ...process.env, GOFLAGS: '-mod=mod' }, maxBuffer: 2 ** 26 };
    await execute(go, ['get', `${MODULE}@v${VERSION}`], options);
    await mkdir(join(home, 'bin'), { recursive: true });
    for (const name of names) {
      await execute(go, ['build', '-o', name, `${MODULE}/go/cmd/${name}`], options);
      await rename(join(work, name), join(home, 'bin', name));
    }
  } catch (error) {
    throw new Unavailable(`Vitess ${VERSION} cannot be built: ${reasonOf(error)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
