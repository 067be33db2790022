import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** An environment in which tools keep to their work. */
export function environmentOf(env) {
  return { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', ...env };
}

/** Runs a command with its output on the terminal; resolves to its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const env = environmentOf(options.env ?? process.env);
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options, env });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 0 : 1)));
  });
}

/** Runs a command, and fails where it fails. */
export async function must(title, command, args, options) {
  console.log(`\n▸ ${title}`);
  const code = await run(command, args, options);
  if (code !== 0) throw new Error(`${title}: "${command} ${args.join(' ')}" ended with ${code}`);
}

/** The arguments that run the pinned pnpm without its being installed. */
export function pnpm(...args) {
  return ['npx', ['--yes', packageManager, ...args]];
}

/** Installs what the lockfile says and builds every package. */
export async function setUp() {
  await must(
    'Installing the dependencies (native ones are built: a minute or two on the first run)',
    ...pnpm('install', '--frozen-lockfile'),
  );
  await must('Building the packages', ...pnpm('exec', 'turbo', 'run', 'build'));
}

/** Runs the work of a script; what goes wrong in it is the last line, and the exit code. */
export async function report(work) {
  try {
    await work();
  } catch (error) {
    console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
