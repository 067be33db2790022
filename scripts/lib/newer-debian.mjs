/**
 * Servers newer than this machine's Debian offers, from Debian's newest suite. Each is unpacked into its own
 * folder with every library it needs and runs on the loader in there, so the system stays unchanged.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run.mjs';
import { reasonOf, Unavailable } from './unavailable.mjs';

const execute = promisify(execFile);

const SUITE = 'sid';
const SOURCES = '/etc/apt';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Debian's library folder and loader, by Node's name for the processor. */
const processors = {
  x64: { libraries: 'usr/lib/x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { libraries: 'usr/lib/aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

function processor() {
  const found = process.platform === 'linux' ? processors[process.arch] : undefined;
  if (found === undefined)
    throw new Unavailable(`Debian has no packages for ${process.platform} on ${process.arch}`);
  return found;
}

/**
 * Returns the folder with these packages and all their dependencies, fetched once and kept, since the suite
 * moves.
 *
 * @example
 * ```js
 * const folder = await newerDebian('mysql-server-core');
 * const { program, args } = programOf(folder, 'usr/sbin/mysqld');
 * spawn(program, [...args, '--version']);
 * ```
 */
export async function newerDebian(...packages) {
  processor();
  const folder = join(root, '.services', `debian-${SUITE}`, packages.join('+'));
  if (existsSync(folder)) return folder;
  const work = join(root, '.services', `debian-${SUITE}-${process.pid}`);
  try {
    await mkdir(join(folder, '..'), { recursive: true });
    await mkdir(join(work, 'root'), { recursive: true });
    console.log(`  fetching ${packages.join(', ')} from Debian's ${SUITE} (once)`);
    await fetchPackages(work, packages);
    await unpack(join(work, 'cache', 'archives'), join(work, 'root'));
    // Renamed atomically, so an interrupted run leaves nothing half done; a parallel run may have won the race.
    await rename(join(work, 'root'), folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } catch (error) {
    throw new Unavailable(`could not get ${packages.join(', ')} from Debian's ${SUITE}: ${reasonOf(error)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** A program of such a folder: start it with `args` before your own. `libraries` are more folders to load from. */
export function programOf(folder, path, { libraries: own = [] } = {}) {
  const { libraries, loader } = processor();
  const all = ['', ...own].map((name) => join(folder, libraries, name));
  return {
    program: join(folder, libraries, loader),
    args: ['--library-path', all.join(':'), join(folder, path)],
  };
}

/**
 * Makes a program of such a folder runnable like any other, and resolves to its path. A script takes its
 * place and hands it to the loader under its own name, so that it finds the files beside it.
 */
export async function runnable(folder, path, options) {
  const place = join(folder, path);
  const real = `${path}.program`;
  const { program, args } = programOf(folder, real, options);
  const quoted = [program, '--argv0', place, ...args].map((word) => `'${word}'`).join(' ');
  const script = `#!/bin/sh\nexec ${quoted} "$@"\n`;
  // A parallel run may do the same; the second one finds the program already moved.
  if (!existsSync(join(folder, real))) {
    await link(place, join(folder, real)).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } else if ((await readFile(place, 'utf8')) === script) return place;
  await writeFile(`${place}.${process.pid}`, script, { mode: 0o755 });
  await rename(`${place}.${process.pid}`, place);
  return place;
}

/** Downloads packages with apt, against an empty system of its own. */
async function fetchPackages(work, packages) {
  const archive = await archiveOfThisMachine();
  const sources = join(work, 'suite.sources');
  const signed = existsSync(KEYRING) ? `Signed-By: ${KEYRING}\n` : '';
  await writeFile(sources, `Types: deb\nURIs: ${archive}\nSuites: ${SUITE}\nComponents: main\n${signed}`);
  await writeFile(join(work, 'status'), '');
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  await mkdir(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  const settings = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Install-Recommends': '0',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = (...args) => execute('apt-get', [...options, '-q', ...args], { maxBuffer: 2 ** 26 });
  await apt('update', '--error-on=any');
  await apt('install', '--download-only', '--yes', ...packages);
}

/** The mirror that this machine gets its packages from. */
async function archiveOfThisMachine() {
  const parts = join(SOURCES, 'sources.list.d');
  const files = (await readdir(parts).catch(() => []))
    .filter((name) => /\.(list|sources)$/.test(name))
    .map((name) => join(parts, name));
  for (const file of [...files, join(SOURCES, 'sources.list')]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = text.match(/^(?:URIs:|deb (?:\[[^\]]*\] )?)\s*(\S+\/debian\/?)(?:\s|$)/m)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`no file of ${SOURCES} names an archive of Debian`);
}

async function unpack(archives, folder) {
  const merged = ['bin', 'sbin', 'lib', 'lib64'];
  for (const name of merged) {
    await mkdir(join(folder, 'usr', name), { recursive: true });
    await symlink(join('usr', name), join(folder, name));
  }
  for (const name of await readdir(archives)) {
    if (name.endsWith('.deb')) await execute('dpkg-deb', ['--extract', join(archives, name), folder]);
  }
  // Servers run under their own users, who need to read the folder.
  await chmod(folder, 0o755);
}
