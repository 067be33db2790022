import { connectTo } from './support/cluster.js';
import { conform } from './support/conform.js';

conform('Cassandra, one node', 'CASSANDRA_CONTACT_POINTS', 'node', 1, (points) => connectTo(points));
