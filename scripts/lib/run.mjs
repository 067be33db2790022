import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The environment for tools: no telemetry, no update notices. */
export function environmentOf(env) {
  return { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', ...env };
}

/** Runs a command with its output on the terminal, and resolves to its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const env = environmentOf(options.env ?? process.env);
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options, env });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 0 : 1)));
  });
}

/** Runs a command and rejects if it fails. */
export async function must(title, command, args, options) {
  console.log(`\n▸ ${title}`);
  const code = await run(command, args, options);
  if (code !== 0) throw new Error(`${title}: "${command} ${args.join(' ')}" ended with ${code}`);
}

/** The arguments that run the pinned pnpm without installing it. */
export function pnpm(...args) {
  return ['npx', ['--yes', packageManager, ...args]];
}

/** Installs from the lockfile and builds every package. */
export async function setUp() {
  await must(
    'Installing the dependencies (native ones are built: a minute or two on the first run)',
    ...pnpm('install', '--frozen-lockfile'),
  );
  await must('Building the packages', ...pnpm('exec', 'turbo', 'run', 'build'));
}

/** Runs a script's work. On an error, prints it as the last line and sets the exit code. */
export async function report(work) {
  try {
    await work();
  } catch (error) {
    console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
