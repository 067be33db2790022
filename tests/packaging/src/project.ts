import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
export const root = join(__dirname, '..', '..', '..');

export interface Output {
  readonly code: number;
  readonly stdout: string;
  /** Everything that the program printed. */
  readonly text: string;
}

/** Runs a program and resolves to its exit code and output, even if it fails. */
export async function run(
  program: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Output> {
  const env = { ...process.env, NODE_OPTIONS: '', npm_config_update_notifier: 'false', ...environment };
  return execute(program, args, { cwd: folder, env, maxBuffer: 2 ** 26 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, text: stdout + stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string; message: string }) => ({
      code: typeof error.code === 'number' ? error.code : 1,
      stdout: error.stdout ?? '',
      text: `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message,
    }),
  );
}

/** Runs a program and resolves to its output; rejects if it fails. */
export async function must(program: string, args: readonly string[], folder: string): Promise<string> {
  const { code, stdout, text } = await run(program, args, folder);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${text.slice(-3000)}`);
  return stdout;
}

/** A folder outside the workspace, so that no module resolves by accident. */
export async function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'kairos-packaging-'));
}

export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export interface Manifest {
  readonly version: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
}

/** The workspace's own `package.json`. */
export function rootManifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/** Packs a package as for publishing, and resolves to the tarball's path. */
export async function pack(name: string, into: string): Promise<string> {
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const folder = join(into, name);
  await mkdir(folder);
  const args = ['--yes', packageManager, 'pack', '--pack-destination', folder];
  await must('npx', args, join(root, 'packages', name));
  const [tarball] = await readdir(folder);
  if (tarball === undefined) throw new Error(`pnpm packed no tarball of ${name}`);
  return join(folder, tarball);
}

/** The lowest version of core in a package's peer range. */
export function floorOf(name: string): string {
  const range = manifestOf(name).peerDependencies?.['@kairos/core'];
  const [, floor] = /^\^(\d+\.\d+\.\d+)$/.exec(range ?? '') ?? [];
  if (floor === undefined) {
    throw new Error(`@kairos/${name} has the peer range "${range}" for core; expected one like ^1.2.3`);
  }
  return floor;
}

/**
 * Creates a project outside the workspace with a backend's package, its driver, the lowest core it admits,
 * and `more`. `core` is the path of core's tarball; `folder` receives the package's.
 */
export async function installBackend(
  { name, backend: { driver } }: { readonly name: string; readonly backend: { readonly driver: string } },
  { folder, core, more = {} }: { folder: string; core: string; more?: Readonly<Record<string, string>> },
): Promise<string> {
  const floor = floorOf(name);
  return install({
    // Comes from the registry if the workspace's core is newer.
    '@kairos/core': manifestOf('core').version === floor ? core : floor,
    [`@kairos/${name}`]: await pack(name, folder),
    [driver]: versionOf(driver, name),
    ...more,
  });
}

/** The driver version under test: the newest if `scripts/with-runtime.mjs` provides it. */
function versionOf(driver: string, name: string): string {
  const newest = join(process.env.KAIROS_NEWEST_DRIVERS ?? '', driver, 'package.json');
  if (existsSync(newest)) return JSON.parse(readFileSync(newest, 'utf8')).version;
  const version = manifestOf(name).devDependencies?.[driver];
  if (version === undefined) throw new Error(`@kairos/${name} has no ${driver} among its devDependencies`);
  return version;
}

/** Unpacks a tarball and resolves to the folder of its files. */
export async function unpack(tarball: string): Promise<string> {
  const folder = join(dirname(tarball), 'unpacked');
  await mkdir(folder);
  await must('tar', ['xzf', tarball, '-C', folder], folder);
  return join(folder, 'package');
}

/** An empty project with packages that npm installs: tarballs by path, others by version. */
export async function install(dependencies: Readonly<Record<string, string>>): Promise<string> {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  if (dependencies['better-sqlite3'] !== undefined) await reuseNativeBuild(folder);
  return folder;
}

/** Copies the workspace's compiled addon, since compiling takes a minute. The newest version ships compiled. */
async function reuseNativeBuild(folder: string): Promise<void> {
  const require = createRequire(join(root, 'packages', 'sql', 'package.json'));
  const source = dirname(require.resolve('better-sqlite3/package.json'));
  if (existsSync(join(folder, 'node_modules', 'better-sqlite3', 'prebuilds'))) return;
  await cp(join(source, 'build'), join(folder, 'node_modules', 'better-sqlite3', 'build'), {
    recursive: true,
  });
}

export const compiler = createRequire(join(root, 'package.json')).resolve('typescript/bin/tsc');
export const nodeTypes = dirname(
  createRequire(join(root, 'package.json')).resolve('@types/node/package.json'),
);

/** The path of a command-line tool of tests/packaging. */
export function tool(name: string): string {
  return join(root, 'tests', 'packaging', 'node_modules', '.bin', name);
}
