import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCassandraNode } from '../lib/cassandra-node.mjs';
import { root } from '../lib/run.mjs';
import { freePort, removeFolder, temporaryFolder } from '../lib/server.mjs';

/** One node of Cassandra that lets users do what they are granted; the first is `cassandra`, password `cassandra`. */
export default {
  variable: 'CASSANDRA_USERS_CONTACT_POINTS',
  skip: 'TEST_CASSANDRA',
  async start() {
    const folder = await temporaryFolder('cassandra-users');
    const [port, storagePort] = [await freePort(), await freePort()];
    const server = await startCassandraNode({
      folder,
      address: '127.0.0.1',
      storagePort,
      port,
      users: true,
    });
    const stop = async () => {
      await server.stop('SIGKILL');
      await removeFolder(folder);
    };
    try {
      await untilLoggedIn(port);
    } catch (error) {
      await stop();
      throw error;
    }
    return { env: { CASSANDRA_USERS_CONTACT_POINTS: `127.0.0.1:${port}` }, stop };
  },
};

const WAIT_MILLISECONDS = 60_000;

/** The node answers before it has created the first user. */
async function untilLoggedIn(port) {
  const require = createRequire(join(root, 'packages', 'cassandra', 'package.json'));
  const { Client } = require('cassandra-driver');
  const deadline = Date.now() + WAIT_MILLISECONDS;
  for (;;) {
    const client = new Client({
      contactPoints: [`127.0.0.1:${port}`],
      localDataCenter: 'datacenter1',
      credentials: { username: 'cassandra', password: 'cassandra' },
    });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(250);
    } finally {
      await client.shutdown();
    }
  }
}
