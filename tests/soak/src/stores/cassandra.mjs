import { cassandra } from '@kairos/cassandra';
import driver from 'cassandra-driver';
import { startCassandraNode } from '../../../../scripts/lib/cassandra-node.mjs';
import { freePort } from '../../../../scripts/lib/server.mjs';
import { child } from './child.mjs';
import { typedValues } from './values.mjs';

/**
 * One node. Logged batches cannot contain counters, so an event of a counter may be in only some of its
 * intervals.
 */
export default {
  title: 'Cassandra 5.0',
  kills: 'server',
  atomic: { series: true, gauge: true, set: true, count: false, histogram: false },
  // A program opens and closes its timeseries. A client of its own would take most of the time.
  hostile: { ...typedValues(), connect: connectOnce },
  /** After a kill, the node finishes interrupted batches from its batch log. */
  settles: 25_000,
  durability: { durable: 'commitlog_sync: batch', defaults: 'commitlog_sync: periodic, every 10 s' },
  async start({ folder, durable }) {
    const [port, storagePort] = [await freePort(), await freePort()];
    const commitlog = durable ? 'batch' : 'periodic';
    const start = () => startCassandraNode({ folder, address: '127.0.0.1', storagePort, port, commitlog });
    const through = (port) => ({ points: `127.0.0.1:${port}`, replication: 1 });
    return { address: through(port), port, through, ...(await child(start)) };
  },
  connect: connectCassandra,
};

export async function connectCassandra({ points, replication }) {
  const reconnection = new driver.policies.reconnection.ConstantReconnectionPolicy(500);
  return {
    backend: cassandra,
    source: `cassandra://${points}/soak`,
    options: { replication, clientConfig: { policies: { reconnection } } },
  };
}

/** One client for all programs. */
async function connectOnce({ points, replication }) {
  const contactPoints = points.split(',');
  const client = new driver.Client({ contactPoints, localDataCenter: 'datacenter1' });
  await client.connect();
  const options = { keyspace: 'soak', replication };
  return { backend: cassandra, source: client, options, close: () => client.shutdown() };
}
