import { newerDebian, runnable } from '../lib/newer-debian.mjs';
import { startPostgres } from '../lib/postgres-server.mjs';
import { service } from '../lib/service.mjs';

/** PostgreSQL 18 with an empty database; `POSTGRES_18_FOLDER` is for tests that stop it. */
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
    const programs = await programsOf(await newerDebian('postgresql-18'));
    return { POSTGRES_18_URL: await startPostgres(folder, later, { programs }), POSTGRES_18_FOLDER: folder };
  },
});

/** The programs of PostgreSQL 18 in a folder of packages. */
export async function programsOf(root) {
  const [initdb, postgres] = await Promise.all(
    ['initdb', 'postgres'].map((name) => runnable(root, `usr/lib/postgresql/18/bin/${name}`)),
  );
  return { initdb, postgres };
}
