import { postgresFor } from '../lib/postgres-server.mjs';
import { service } from '../lib/service.mjs';

/** PostgreSQL with a small lock table: it takes a few hundred partitions as hard as others take thousands. */
export default service({
  variable: 'POSTGRES_FEW_LOCKS_URL',
  skip: 'TEST_SQL',
  compose: {
    services: ['postgres-few-locks'],
    env: { POSTGRES_FEW_LOCKS_URL: 'postgres://kairos:kairos@127.0.0.1:25433/kairos' },
  },
  start: async (folder, later) => {
    const settings = { max_connections: 20, max_locks_per_transaction: 10 };
    return { POSTGRES_FEW_LOCKS_URL: await postgresFor(later, folder, { settings }) };
  },
});
