import { connectTo } from '../support/cluster.js';
import { conform } from '../support/conform.js';

conform('Cassandra, a ring of three', 'CASSANDRA_RING_CONTACT_POINTS', 'ring', 3, (points) =>
  connectTo(points),
);
