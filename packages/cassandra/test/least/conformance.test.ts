import { conform } from '../support/conform.js';
import { admin, createKeyspace, createUser, credentials, USERS_VARIABLE } from '../support/users.js';

conform({
  name: 'Cassandra, as a user with the least privileges',
  variable: USERS_VARIABLE,
  exported: 'least',
  replication: 1,
  user: credentials('kairos_least', 'secret'),
  admin,
  prepare: async (client, keyspace) => {
    await createKeyspace(client, keyspace);
    await createUser(client, 'kairos_least', keyspace, 'all');
  },
});
