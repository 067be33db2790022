import { startMysql } from '../lib/mysql-server.mjs';
import { newerMysql } from '../lib/newer-mysql.mjs';
import { service } from '../lib/service.mjs';

/** MySQL 9 with an empty database; `MYSQL_FOLDER` is for tests that stop it. */
export default service({
  variable: 'MYSQL_URL',
  skip: 'TEST_SQL',
  newer: true,
  compose: { services: ['mysql'], env: { MYSQL_URL: 'mysql://root:kairos@127.0.0.1:23307/kairos' } },
  start: async (folder, later) => {
    const address = await startMysql(folder, later, await newerMysql());
    return { MYSQL_URL: `mysql://${address}`, MYSQL_FOLDER: folder };
  },
});
