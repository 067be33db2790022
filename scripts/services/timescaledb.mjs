import { newerDebian } from '../lib/newer-debian.mjs';
import { postgres18 } from '../lib/postgres-18.mjs';
import { postgresFor } from '../lib/postgres-server.mjs';
import { service } from '../lib/service.mjs';

/** PostgreSQL 18 with TimescaleDB (Apache edition) and an empty database, for comparison. */
export default service({
  variable: 'TIMESCALEDB_URL',
  skip: 'TEST_PEERS',
  newer: true,
  start: async (folder, later) => {
    const programs = await postgres18(await newerDebian('postgresql-18-timescaledb'));
    const settings = {
      shared_preload_libraries: 'timescaledb',
      'timescaledb.license': 'apache',
      'timescaledb.telemetry_level': 'off',
    };
    return { TIMESCALEDB_URL: await postgresFor(later, folder, { programs, settings }) };
  },
});
