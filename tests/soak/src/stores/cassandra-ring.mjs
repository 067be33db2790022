import service from '../../../../scripts/services/cassandra-ring.mjs';
import cassandra, { connectCassandra } from './cassandra.mjs';

const NODES = 3;

/** Three nodes with three replicas of everything. Two replicas suffice for each call. */
export default {
  ...cassandra,
  title: 'Cassandra 5.0, ring of three',
  durability: { durable: 'localQuorum; commitlog_sync: periodic, which is the default', defaults: null },
  async start() {
    const { env, stop } = await service.start();
    const control = async (action, node) => {
      const url = `${env.CASSANDRA_RING_CONTROL}/${action}/${node}`;
      const response = await fetch(url, { method: 'POST' });
      if (!response.ok) throw new Error(`${action} of node ${node}: ${await response.text()}`);
    };
    let node = 0;
    return {
      address: { points: env.CASSANDRA_RING_CONTACT_POINTS, replication: NODES },
      ports: [Number(new URL(`cql://${env.CASSANDRA_RING_CONTACT_POINTS.split(',')[0]}`).port)],
      kill: () => control('kill', ++node % NODES),
      restart: () => control('start', node % NODES),
      pause: () => control('pause', ++node % NODES),
      resume: () => control('resume', node % NODES),
      stop,
    };
  },
  connect: connectCassandra,
};
