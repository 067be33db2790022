/** Helpers of all server scripts: find, install, start, wait for and stop a server. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from './run.mjs';

const execute = promisify(execFile);

/** Returns the path of the first program that exists, by name on the path or by full path. */
export async function findProgram(...names) {
  for (const name of names) {
    if (name.includes('/') && existsSync(name)) return name;
    const found = await execute('sh', ['-c', `command -v ${name}`]).catch(() => undefined);
    if (found !== undefined) return found.stdout.trim();
  }
  return undefined;
}

/** Finds a program, or installs its Debian packages if the machine allows; otherwise says what to do. */
export async function needProgram({ names, packages, what }) {
  const find = () => findProgram(...names);
  await needPackages({ isThere: async () => (await find()) !== undefined, packages, what });
  return find();
}

/** Installs missing Debian packages if the machine allows; otherwise says what to do. */
export async function needPackages({ isThere, packages, what }) {
  if (await isThere()) return;
  if (process.getuid?.() === 0 && (await findProgram('apt-get')) !== undefined) {
    console.log(`  installing ${packages.join(', ')} with apt-get`);
    const options = {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      maxBuffer: 2 ** 26,
    };
    const install = () =>
      execute('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
    await install().catch(async () => {
      await execute('apt-get', ['update'], options);
      await install();
    });
    if (await isThere()) return;
  }
  throw new Error(
    `${what} is missing: install it, start it with Docker, or give its URL in the environment (see CONTRIBUTING.md)`,
  );
}

/** Whether servers keep their default durability. Tests relax it, because it is slow. */
export const durable = process.env.SERVERS_DURABLE === 'true';

/** Whether a Docker engine answers and `compose.yaml` can be used. */
export async function dockerAnswers() {
  return execute('docker', ['compose', 'ls'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * Starts services of `compose.yaml`, waits until they are healthy, and returns a function that stops them.
 * With `COMPOSE_KEPT`, that function leaves them running, since others may use them; the caller takes them
 * down at the end.
 */
export async function composeUp(...services) {
  await execute('docker', ['compose', 'up', '--detach', '--wait', ...services], { cwd: root });
  if (process.env.COMPOSE_KEPT === 'true') return async () => {};
  return () =>
    execute('docker', ['compose', 'rm', '--stop', '--force', '--volumes', ...services], { cwd: root });
}

/** Stops everything that `composeUp` started. */
export async function composeDown() {
  if (await dockerAnswers()) await execute('docker', ['compose', 'down', '--volumes'], { cwd: root });
}

/** A TCP port of 127.0.0.1 that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function temporaryFolder(name) {
  return mkdtemp(join(tmpdir(), `kairos-${name}-`));
}

/** Waits until a port takes connections, or until `server` has ended. */
export async function waitForPort(port, { host = '127.0.0.1', seconds = 60, server } = {}) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (server?.process.exitCode !== null && server !== undefined) break;
    const open = await new Promise((resolve) => {
      const socket = createConnection({ port, host });
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error(
    `nothing answers on ${host}:${port} after ${seconds} s${server ? `; its log ends: ${await server.logTail()}` : ''}`,
  );
}

/** Starts a server in a folder, with its output in `server.log` there. */
export async function startProcess(program, args, { folder, env, uid, gid } = {}) {
  const log = await open(join(folder, 'server.log'), 'a');
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, ...env },
    ...(uid === undefined ? {} : { uid, gid }),
  });
  await log.close();
  const ended = new Promise((resolve) => child.on('exit', resolve).on('error', resolve));
  return {
    process: child,
    logTail: async () => (await readFile(join(folder, 'server.log'), 'utf8').catch(() => '')).slice(-2000),
    /** Stops it by its process id and waits for its end. */
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null) child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    },
  };
}

export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true });
}

/** The ids to run a server under that refuses root: its own user's, or none if this process is not root. */
export async function systemUser(...names) {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of [...names, 'nobody']) {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map((id) =>
        execute('id', [id, name]).then(
          ({ stdout }) => Number(stdout),
          () => undefined,
        ),
      ),
    );
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(`the server refuses to run as root, and there is no user ${names.join(', ')} or nobody`);
}
