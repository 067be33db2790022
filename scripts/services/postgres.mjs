import { postgresFor } from '../lib/postgres-server.mjs';
import { service } from '../lib/service.mjs';

/** PostgreSQL 15 with an empty database; tests use `POSTGRES_FOLDER` to stop it. */
export default service({
  variable: 'POSTGRES_URL',
  skip: 'TEST_SQL',
  compose: {
    services: ['postgres'],
    env: { POSTGRES_URL: 'postgres://kairos:kairos@127.0.0.1:25432/kairos' },
  },
  start: async (folder, later) => ({
    POSTGRES_URL: await postgresFor(later, folder),
    POSTGRES_FOLDER: folder,
  }),
});

export { startPostgres } from '../lib/postgres-server.mjs';
