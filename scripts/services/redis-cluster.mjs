import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { needRedisServer, startRedisServer } from '../lib/redis-server.mjs';
import { composeUp, dockerAnswers, findProgram, removeFolder, temporaryFolder } from '../lib/server.mjs';

const execute = promisify(execFile);

/** A Redis Cluster of three masters. REDIS_CLUSTER_URL is the URL of one of them. */
export default {
  variable: 'REDIS_CLUSTER_URL',
  skip: 'TEST_REDIS',
  async start() {
    if (await dockerAnswers()) {
      const stop = await composeUp('redis-cluster');
      return { env: { REDIS_CLUSTER_URL: 'redis://127.0.0.1:27001' }, stop };
    }
    const folder = await temporaryFolder('redis-cluster');
    const nodes = [];
    const stop = async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await removeFolder(folder);
    };
    try {
      for (let index = 0; index < 3; index++) {
        nodes.push(await startClusterNode(folder, `node-${index}`));
      }
      const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
      const client = await redisCli();
      await execute(client, ['--cluster', 'create', ...addresses, '--cluster-yes']);
      for (const { port } of nodes) await waitUntilWhole(client, port);
      return { env: { REDIS_CLUSTER_URL: `redis://${addresses[0]}` }, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

/** Its bus takes the port 10,000 above, which has to exist and may be taken: then it is another port's turn. */
async function startClusterNode(folder, name) {
  for (let attempt = 1; ; attempt++) {
    try {
      const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000'];
      return await startRedisServer(folder, `${name}-${attempt}`, settings);
    } catch (error) {
      if (attempt === 10) throw error;
    }
  }
}

/** `redis-cli` comes with the server. */
async function redisCli() {
  const folder = dirname(await needRedisServer());
  const found = await findProgram(join(folder, 'redis-cli'), join(folder, 'valkey-cli'), 'redis-cli');
  if (found !== undefined) return found;
  throw new Error('redis-cli is not here: install redis-tools, or give REDIS_CLUSTER_URL in the environment');
}

async function waitUntilWhole(client, port) {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { stdout } = await execute(client, ['-p', String(port), 'cluster', 'info']);
    if (stdout.includes('cluster_state:ok') && stdout.includes('cluster_known_nodes:3')) return;
    await sleep(100);
  }
  throw new Error(`the Redis Cluster at port ${port} is not whole after 30 s`);
}
