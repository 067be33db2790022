import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { durable, freePort, needProgram, startProcess, waitForPort } from './server.mjs';

/** The path of redis-server, or of valkey-server; installed where the machine allows. */
export function needRedisServer() {
  return needProgram({
    names: ['redis-server', 'valkey-server', '/usr/bin/redis-server'],
    packages: ['redis-server'],
    what: 'Redis (redis-server)',
  });
}

/** Starts a server of its own in a folder, on a free port of 127.0.0.1, without persistence but in benchmarks. */
export async function startRedisServer(folder, name, settings = []) {
  const program = await needRedisServer();
  const port = await freePort();
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  const save = durable ? [] : ['--save', ''];
  const options = ['--port', port, '--bind', '127.0.0.1', '--dir', own, ...save, ...settings].map(String);
  const server = await startProcess(program, options, { folder: own });
  try {
    await waitForPort(port, { server, seconds: 30 });
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
  return { port, stop: () => server.stop('SIGKILL') };
}
