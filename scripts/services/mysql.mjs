import { startMysql } from '../lib/mysql-server.mjs';
import { newerMysql } from '../lib/newer-mysql.mjs';
import { service } from '../lib/service.mjs';

/** MySQL 9 with an empty database; tests use `MYSQL_FOLDER` to stop it. */
export default service({
  variable: 'MYSQL_URL',
  skip: 'TEST_SQL',
  newer: true,
  compose: { services: ['mysql'], env: { MYSQL_URL: 'mysql://root:kairos@127.0.0.1:23307/kairos' } },
  start: async (folder, later) => {
    const mysql = await newerMysql();
    const settings = [...mysql.settings, '--max-allowed-packet=16M'];
    const address = await startMysql(folder, later, { ...mysql, settings });
    return { MYSQL_URL: `mysql://${address}`, MYSQL_FOLDER: folder };
  },
});
