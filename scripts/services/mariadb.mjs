import { installedMariadb, startMysql } from '../lib/mysql-server.mjs';
import { service } from '../lib/service.mjs';

/** MariaDB 10.11 with an empty database; tests use `MARIADB_FOLDER` to stop it. */
export default service({
  variable: 'MARIADB_URL',
  skip: 'TEST_SQL',
  compose: {
    services: ['mariadb'],
    env: { MARIADB_URL: 'mariadb://root:kairos@127.0.0.1:23306/kairos' },
  },
  start: async (folder, later) => {
    const { install, program } = await installedMariadb();
    const address = await startMysql(folder, later, {
      program,
      install: [install, '--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db'],
      settings: ['--no-defaults'],
    });
    return { MARIADB_URL: `mariadb://${address}`, MARIADB_FOLDER: folder };
  },
});
