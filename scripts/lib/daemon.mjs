/**
 * Lets tests stop and restart a server while its data stays in its folder:
 * node scripts/lib/daemon.mjs stop|kill|start FOLDER
 */
import { spawn } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { waitForPort } from './server.mjs';

/**
 * Starts a program and records how in its folder, so that `startDaemon` can start it again. The server writes "ready" at
 * the end of its `readyFile` once it serves clients. Without one, an open port is enough.
 */
export async function createDaemon(folder, { args, ...description }) {
  await writeFile(join(folder, 'daemon.json'), JSON.stringify({ ...description, args: args.map(String) }));
  await startDaemon(folder);
}

async function describeDaemon(folder) {
  return JSON.parse(await readFile(join(folder, 'daemon.json'), 'utf8').catch(() => '{}'));
}

export async function startDaemon(folder) {
  const { program, args, port, owner, env, readyFile } = await describeDaemon(folder);
  const log = await open(join(folder, 'server.log'), 'a');
  const stdio = ['ignore', log.fd, log.fd];
  const options = { cwd: folder, detached: true, stdio, env: { ...process.env, ...env }, ...owner };
  const child = spawn(program, args, options);
  const failed = new Promise((_, reject) => child.on('error', reject));
  await Promise.race([log.close(), failed]);
  const logTail = async () => (await readFile(join(folder, 'server.log'), 'utf8')).slice(-2000);
  await writeFile(join(folder, 'daemon.pid'), String(child.pid));
  child.unref();
  await Promise.race([waitForPort(port, { server: { process: child, logTail } }), failed]);
  if (readyFile !== undefined) await waitUntilReady(readyFile);
}

/** Waits up to a minute. */
async function waitUntilReady(file) {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.trimEnd().endsWith('ready')) return;
    await sleep(50);
  }
  throw new Error(`a server takes connections, but ${file} did not end with "ready" within a minute`);
}

/** Stops the server by its process id and waits for its end. */
export async function stopDaemon(folder, signal) {
  const { stopSignal = 'SIGTERM' } = await describeDaemon(folder);
  const pid = Number(await readFile(join(folder, 'daemon.pid'), 'utf8').catch(() => 'NaN'));
  if (Number.isNaN(pid)) return;
  for (let attempt = 0; isAlive(pid); attempt++) {
    if (attempt === 0) process.kill(pid, signal ?? stopSignal);
    if (attempt === 400) process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , action, folder] = process.argv;
  if (action === 'start') await startDaemon(folder);
  else await stopDaemon(folder, action === 'kill' ? 'SIGKILL' : undefined);
}
