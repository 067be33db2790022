import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCassandraNode } from '../lib/cassandra-node.mjs';
import { root } from '../lib/run.mjs';
import { freePort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

/**
 * A ring of three nodes. Tests send `POST /kill/<n>` and `POST /start/<n>` (n from 0) to the URL in
 * CASSANDRA_RING_CONTROL to take a node down and bring it back, `POST /pause/<n>` and `POST /resume/<n>` to
 * stop one for a while (SIGSTOP, SIGCONT).
 */
export default service({
  variable: 'CASSANDRA_RING_CONTACT_POINTS',
  skip: 'TEST_CASSANDRA',
  start: async (folder, later) => {
    // The driver assumes that all nodes listen on the same port.
    const [port, storagePort] = [await freePort(), await freePort()];
    const nodes = new Map();
    const start = async (index) => {
      const own = join(folder, `node-${index}`);
      await mkdir(own, { recursive: true });
      const [address, seed] = [addresses[index], addresses[0]];
      // Each node owns a third of the ring.
      const token = (BigInt(index) - 1n) * (2n ** 64n / 3n);
      nodes.set(index, await startCassandraNode({ folder: own, address, seed, storagePort, port, token }));
    };
    const kill = async (index) => {
      await nodes.get(index)?.stop('SIGKILL');
      nodes.delete(index);
    };
    const pause = (index) => nodes.get(index)?.process.kill('SIGSTOP');
    const resume = (index) => nodes.get(index)?.process.kill('SIGCONT');
    const control = await controlServer({ start, kill, pause, resume });
    later(async () => {
      control.close();
      for (const index of [...nodes.keys()]) await kill(index);
    });
    // One by one: two nodes cannot join at once.
    for (const index of addresses.keys()) {
      await start(index);
      console.log(`  node ${index + 1} of ${addresses.length} has joined`);
    }
    await Promise.all(addresses.map((address) => seesAll(address, port)));
    return {
      CASSANDRA_RING_CONTACT_POINTS: addresses.map((address) => `${address}:${port}`).join(','),
      CASSANDRA_RING_CONTROL: `http://127.0.0.1:${control.address().port}`,
    };
  },
});

const WAIT_MILLISECONDS = 120_000;

/** Waits until a joined node sees the others as up, which comes later than its first answer. */
async function seesAll(address, port) {
  const require = createRequire(join(root, 'packages', 'cassandra', 'package.json'));
  const { Client, policies, types } = require('cassandra-driver');
  const { AllowListPolicy, RoundRobinPolicy } = policies.loadBalancing;
  const client = new Client({
    contactPoints: [`${address}:${port}`],
    protocolOptions: { port },
    policies: { loadBalancing: new AllowListPolicy(new RoundRobinPolicy(), [`${address}:${port}`]) },
  });
  // Three replicas from the start, so that all of them have to answer.
  const query =
    "SELECT * FROM system_distributed.view_build_status WHERE keyspace_name = 'none' AND view_name = 'none'";
  const deadline = Date.now() + WAIT_MILLISECONDS;
  try {
    for (;;) {
      try {
        await client.execute(query, [], { consistency: types.consistencies.all });
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(250);
      }
    }
  } finally {
    await client.shutdown();
  }
}

function controlServer(actions) {
  const server = createServer(async (request, response) => {
    const [, action, index] = /^\/(start|kill|pause|resume)\/([012])$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || action === undefined) {
      response.writeHead(404).end();
      return;
    }
    try {
      await actions[action](Number(index));
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
