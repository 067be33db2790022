import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { redis } from '@kairos/redis';
import { Cluster } from 'ioredis';
import { needRedisServer } from '../../../../scripts/lib/redis-server.mjs';
import { findProgram } from '../../../../scripts/lib/server.mjs';
import { inTurn } from './in-turn.mjs';
import { redisTraits, startRedis } from './redis-server.mjs';

const execute = promisify(execFile);

const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000'];

/** Three masters without replicas. Data lost with one of them is lost for good. */
export default {
  ...redisTraits,
  title: 'Redis Cluster 7.0',
  async start({ folder: parent, durable }) {
    const nodes = [];
    const stop = () => Promise.all(nodes.map((node) => node.stop()));
    const program = await needRedisServer();
    try {
      for (let index = 0; index < 3; index++) {
        const folder = join(parent, `${index}`);
        await mkdir(folder, { recursive: true });
        nodes.push(await startRedis({ folder, program, durable, settings }));
      }
      await unite(
        program,
        nodes.map(({ port }) => port),
      );
    } catch (error) {
      await stop();
      throw error;
    }
    return { address: { port: nodes[0].port }, ports: nodes.map(({ port }) => port), ...inTurn(nodes), stop };
  },
  async connect({ port }) {
    const source = new Cluster([{ host: '127.0.0.1', port }]);
    source.on('error', () => undefined);
    return { backend: redis, source, close: () => source.quit() };
  },
};

async function unite(program, ports) {
  const clients = ['redis-cli', 'valkey-cli'].map((name) => join(dirname(program), name));
  const client = await findProgram(...clients, 'redis-cli');
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
