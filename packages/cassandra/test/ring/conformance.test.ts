import { conform } from '../support/conform.js';

conform({
  name: 'Cassandra, a ring of three',
  variable: 'CASSANDRA_RING_CONTACT_POINTS',
  exported: 'ring',
  replication: 3,
});
