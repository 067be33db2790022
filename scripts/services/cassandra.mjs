import { startCassandraNode } from '../lib/cassandra-node.mjs';
import { composeUp, dockerAnswers, freePort, removeFolder, temporaryFolder } from '../lib/server.mjs';

/** One node of Cassandra. */
export default {
  variable: 'CASSANDRA_CONTACT_POINTS',
  skip: 'TEST_CASSANDRA',
  async start() {
    if (await dockerAnswers()) {
      const stop = await composeUp('cassandra');
      return { env: { CASSANDRA_CONTACT_POINTS: '127.0.0.1:29042' }, stop };
    }
    const folder = await temporaryFolder('cassandra');
    const [port, storagePort] = [await freePort(), await freePort()];
    const server = await startCassandraNode({ folder, address: '127.0.0.1', storagePort, port });
    return {
      env: { CASSANDRA_CONTACT_POINTS: `127.0.0.1:${port}` },
      stop: async () => {
        await server.stop('SIGKILL');
        await removeFolder(folder);
      },
    };
  },
};
