import { startMysql } from '../lib/mysql-server.mjs';
import { newerDebian, programOf } from '../lib/newer-debian.mjs';
import { service } from '../lib/service.mjs';

/** MySQL 9 with an empty database; `MYSQL_FOLDER` is for tests that stop it. */
export default service({
  variable: 'MYSQL_URL',
  skip: 'TEST_SQL',
  newer: true,
  compose: { services: ['mysql'], env: { MYSQL_URL: 'mysql://root:kairos@127.0.0.1:23307/kairos' } },
  start: async (folder, later) => {
    const root = await newerDebian('mysql-server-core');
    const { program, args } = programOf(root, 'usr/sbin/mysqld', { libraries: ['mysql/private'] });
    const settings = [
      ...args,
      '--no-defaults',
      `--basedir=${root}/usr`,
      `--lc-messages-dir=${root}/usr/share/mysql`,
      '--secure-file-priv=NULL',
    ];
    const address = await startMysql(folder, later, {
      program,
      install: [program, ...settings, '--initialize-insecure'],
      settings: [...settings, '--mysqlx=OFF'],
    });
    return { MYSQL_URL: `mysql://${address}`, MYSQL_FOLDER: folder };
  },
});
