import { newerDebian, programOf } from './newer-debian.mjs';

/** MySQL 9 from Debian's newest suite, in the form that `startMysql` takes. */
export async function newerMysql() {
  const root = await newerDebian('mysql-server-core');
  const { program, args } = programOf(root, 'usr/sbin/mysqld', { libraries: ['mysql/private'] });
  const settings = [
    ...args,
    '--no-defaults',
    `--basedir=${root}/usr`,
    `--lc-messages-dir=${root}/usr/share/mysql`,
    '--secure-file-priv=NULL',
  ];
  return {
    program,
    install: [program, ...settings, '--initialize-insecure'],
    settings: [...settings, '--mysqlx=OFF'],
  };
}
