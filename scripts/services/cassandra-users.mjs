import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCassandraNode } from '../lib/cassandra-node.mjs';
import { root } from '../lib/run.mjs';
import { freePort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

/**
 * One node of Cassandra where users log in and may do what they are granted; the first is `cassandra`,
 * password `cassandra`.
 */
export default service({
  variable: 'CASSANDRA_USERS_CONTACT_POINTS',
  skip: 'TEST_CASSANDRA',
  start: async (folder, later) => {
    const [port, storagePort] = [await freePort(), await freePort()];
    const server = await startCassandraNode({
      folder,
      address: '127.0.0.1',
      storagePort,
      port,
      users: true,
    });
    later(() => server.stop('SIGKILL'));
    await untilLoggedIn(port);
    return { CASSANDRA_USERS_CONTACT_POINTS: `127.0.0.1:${port}` };
  },
});

const WAIT_MILLISECONDS = 60_000;

/** Retries the login: the node answers before it has created the first user. */
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
