import { startCassandraNode } from '../lib/cassandra-node.mjs';
import { freePort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

/** One node of Cassandra. */
export default service({
  variable: 'CASSANDRA_CONTACT_POINTS',
  skip: 'TEST_CASSANDRA',
  compose: { services: ['cassandra'], env: { CASSANDRA_CONTACT_POINTS: '127.0.0.1:29042' } },
  start: async (folder, later) => {
    const [port, storagePort] = [await freePort(), await freePort()];
    const server = await startCassandraNode({ folder, address: '127.0.0.1', storagePort, port });
    later(() => server.stop('SIGKILL'));
    return { CASSANDRA_CONTACT_POINTS: `127.0.0.1:${port}` };
  },
});
