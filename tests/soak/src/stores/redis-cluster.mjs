import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { redis } from '@kairos/redis';
import { Cluster } from 'ioredis';
import { createDaemon } from '../../../../scripts/lib/daemon.mjs';
import { needRedisServer } from '../../../../scripts/lib/redis-server.mjs';
import { findProgram, freePort } from '../../../../scripts/lib/server.mjs';
import { daemon } from './daemon.mjs';
import { inTurn } from './in-turn.mjs';
import { anyValues } from './values.mjs';

const execute = promisify(execFile);

const SETTINGS = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000'];
const KEEPS_ALL = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Three masters without replicas: what is lost with one of them is lost. */
export default {
  title: 'Redis Cluster 7.0',
  kills: 'server',
  hostile: anyValues,
  atomic: true,
  durability: {
    durable: 'appendonly yes, appendfsync always',
    defaults: 'no append-only file, a snapshot now and then',
  },
  async start({ folder, durable }) {
    const nodes = [];
    const stop = () => Promise.all(nodes.map((node) => node.stop()));
    try {
      for (let index = 0; index < 3; index++) nodes.push(await startNode(join(folder, `${index}`), durable));
      await unite(nodes.map(({ port }) => port));
    } catch (error) {
      await stop();
      throw error;
    }
    return { address: { port: nodes[0].port }, ...inTurn(nodes), stop };
  },
  async connect({ port }) {
    const source = new Cluster([{ host: '127.0.0.1', port }]);
    source.on('error', () => undefined);
    return { backend: redis, source, close: () => source.quit() };
  },
};

async function startNode(folder, durable) {
  const port = await portWithBus();
  await mkdir(folder, { recursive: true });
  const address = ['--port', port, '--bind', '127.0.0.1', '--dir', folder];
  const args = [...address, ...SETTINGS, ...(durable ? KEEPS_ALL : [])];
  await createDaemon(folder, { program: await needRedisServer(), args, port });
  return daemon(folder, { port });
}

/** The bus of a node is on the port 10,000 above its own. */
async function portWithBus() {
  for (;;) {
    const port = await freePort();
    if (port < 55_000) return port;
  }
}

async function unite(ports) {
  const folder = dirname(await needRedisServer());
  const client = await findProgram(join(folder, 'redis-cli'), join(folder, 'valkey-cli'), 'redis-cli');
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  await execute(client, ['--cluster', 'create', ...addresses, '--cluster-yes']);
  for (const port of ports) {
    for (;;) {
      const { stdout } = await execute(client, ['-p', String(port), 'cluster', 'info']);
      if (stdout.includes('cluster_state:ok') && stdout.includes('cluster_known_nodes:3')) break;
      await sleep(100);
    }
  }
}
