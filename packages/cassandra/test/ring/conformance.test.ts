import { conform } from '../support/conform.js';

conform(
  'Cassandra, a ring of three',
  'CASSANDRA_RING_CONTACT_POINTS',
  'ring',
  3,
  (points, keyspace) => `cassandra://${points}/${keyspace}`,
);
