import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startCassandraNode } from '../lib/cassandra-node.mjs';
import { freePort, removeFolder, temporaryFolder } from '../lib/server.mjs';

const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

/**
 * A ring of three nodes. CASSANDRA_RING_CONTROL is a URL to which tests send `POST /kill/<n>` and `POST /start/<n>`
 * (n from 0) to take a node away, and to have it back.
 */
export default {
  variable: 'CASSANDRA_RING_CONTACT_POINTS',
  skip: 'TEST_CASSANDRA',
  async start() {
    const folder = await temporaryFolder('cassandra-ring');
    // The driver takes it that all nodes answer on the same port.
    const [port, storagePort] = [await freePort(), await freePort()];
    const nodes = new Map();
    const start = async (index) => {
      const own = join(folder, `node-${index}`);
      await mkdir(own, { recursive: true });
      const [address, seed] = [addresses[index], addresses[0]];
      // A third of the ring each.
      const token = (BigInt(index) - 1n) * (2n ** 64n / 3n);
      nodes.set(index, await startCassandraNode({ folder: own, address, seed, storagePort, port, token }));
    };
    const kill = async (index) => {
      await nodes.get(index)?.stop('SIGKILL');
      nodes.delete(index);
    };
    const control = await controlServer({ start, kill });
    const stop = async () => {
      control.close();
      for (const index of [...nodes.keys()]) await kill(index);
      await removeFolder(folder);
    };
    try {
      // One after the other: two nodes cannot join at once.
      for (const index of addresses.keys()) {
        await start(index);
        console.log(`  node ${index + 1} of ${addresses.length} has joined`);
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      env: {
        CASSANDRA_RING_CONTACT_POINTS: addresses.map((address) => `${address}:${port}`).join(','),
        CASSANDRA_RING_CONTROL: `http://127.0.0.1:${control.address().port}`,
      },
      stop,
    };
  },
};

function controlServer(actions) {
  const server = createServer(async (request, response) => {
    const [, action, index] = /^\/(start|kill)\/([012])$/.exec(request.url ?? '') ?? [];
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
