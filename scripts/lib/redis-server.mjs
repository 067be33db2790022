import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { newerDebian, runnable } from './newer-debian.mjs';
import { durable, findProgram, freePort, needProgram, startProcess, waitForPort } from './server.mjs';

const execute = promisify(execFile);

/** The servers that speak Redis's protocol, each with the client that creates a cluster. */
export const redisPrograms = {
  /** This machine's Redis or Valkey; installs it if the machine allows. */
  installed: async () => {
    const server = await needProgram({
      names: ['redis-server', 'valkey-server', '/usr/bin/redis-server'],
      packages: ['redis-server'],
      what: 'Redis (redis-server)',
    });
    const clients = ['redis-cli', 'valkey-cli'].map((name) => join(dirname(server), name));
    return { server, client: await findProgram(...clients, 'redis-cli') };
  },
  'redis-8': () => newerPrograms('redis'),
  valkey: () => newerPrograms('valkey'),
};

/** The path of this machine's server. */
export async function needRedisServer() {
  return (await redisPrograms.installed()).server;
}

async function newerPrograms(name) {
  const root = await newerDebian(`${name}-server`);
  const [server, client] = await Promise.all(
    ['server', 'cli'].map((program) => runnable(root, `usr/bin/${name}-${program}`)),
  );
  return { server, client };
}

/** Starts a server in a folder, on a free port of 127.0.0.1, with persistence only in benchmarks. */
export async function startRedisServer(folder, later, { program, name = 'node', settings = [] }) {
  const port = await freePort();
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  const save = durable ? [] : ['--save', ''];
  const options = ['--port', port, '--bind', '127.0.0.1', '--dir', own, ...save, ...settings].map(String);
  const server = await startProcess(program, options, { folder: own });
  const stop = () => server.stop('SIGKILL');
  try {
    await waitForPort(port, { server, seconds: 30 });
  } catch (error) {
    await stop();
    throw error;
  }
  later(stop);
  return port;
}

/** Starts a cluster of three masters, and resolves to the URL of one of them. */
export async function startRedisCluster(folder, later, { server, client }) {
  if (client === undefined) {
    throw new Error(
      'redis-cli is missing: install redis-tools, or give REDIS_CLUSTER_URL in the environment',
    );
  }
  const ports = [];
  for (let index = 0; index < 3; index++) {
    ports.push(await startClusterNode(folder, later, { program: server, name: `node-${index}` }));
  }
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  await execute(client, ['--cluster', 'create', ...addresses, '--cluster-yes']);
  for (const port of ports) await waitUntilWhole(client, port);
  return `redis://${addresses[0]}`;
}

/** The cluster bus uses the port 10,000 higher. If that does not exist or is taken, tries another port. */
async function startClusterNode(folder, later, { program, name }) {
  for (let attempt = 1; ; attempt++) {
    try {
      const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000'];
      return await startRedisServer(folder, later, { program, name: `${name}-${attempt}`, settings });
    } catch (error) {
      if (attempt === 10) throw error;
    }
  }
}

async function waitUntilWhole(client, port) {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { stdout } = await execute(client, ['-p', String(port), 'cluster', 'info']);
    if (stdout.includes('cluster_state:ok') && stdout.includes('cluster_known_nodes:3')) return;
    await sleep(100);
  }
  throw new Error(`the cluster at port ${port} is still incomplete after 30 s`);
}
