import { conform } from './support/conform.js';

conform({
  name: 'Cassandra, one node',
  variable: 'CASSANDRA_CONTACT_POINTS',
  exported: 'node',
  replication: 1,
});
