import { postgres18 } from '../lib/postgres-18.mjs';
import { postgresFor } from '../lib/postgres-server.mjs';
import { service } from '../lib/service.mjs';

/** PostgreSQL 18 with an empty database; tests use `POSTGRES_18_FOLDER` to stop it. */
export default service({
  variable: 'POSTGRES_18_URL',
  as: { POSTGRES_18_URL: 'POSTGRES_URL', POSTGRES_18_FOLDER: 'POSTGRES_FOLDER' },
  skip: 'TEST_SQL',
  newer: true,
  compose: {
    services: ['postgres-18'],
    env: { POSTGRES_18_URL: 'postgres://kairos:kairos@127.0.0.1:25434/kairos' },
  },
  start: async (folder, later) => {
    const url = await postgresFor(later, folder, { programs: await postgres18() });
    return { POSTGRES_18_URL: url, POSTGRES_18_FOLDER: folder };
  },
});
