import { execFile } from 'node:child_process';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from '../lib/daemon.mjs';
import {
  composeUp,
  dockerAnswers,
  durable,
  freePort,
  needProgram,
  removeFolder,
  systemUser,
  temporaryFolder,
} from '../lib/server.mjs';

const execute = promisify(execFile);

/** MariaDB 10.11 with an empty database; `MARIADB_FOLDER` is for tests that stop it. */
export default {
  variable: 'MARIADB_URL',
  skip: 'TEST_SQL',
  async start() {
    if (await dockerAnswers()) {
      const stop = await composeUp('mariadb');
      return { env: { MARIADB_URL: 'mariadb://root:kairos@127.0.0.1:23306/kairos' }, stop };
    }
    const folder = await temporaryFolder('mariadb');
    const stop = async () => {
      await stopDaemon(folder);
      await removeFolder(folder);
    };
    try {
      const port = await startMariadb(folder);
      const url = `mariadb://root@127.0.0.1:${port}/kairos`;
      return { env: { MARIADB_URL: url, MARIADB_FOLDER: folder }, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

async function startMariadb(folder) {
  const needed = { packages: ['mariadb-server'], what: 'MariaDB (mariadb-install-db, mariadbd)' };
  const install = await needProgram({ ...needed, names: ['mariadb-install-db'] });
  const program = await needProgram({ ...needed, names: ['mariadbd', '/usr/sbin/mariadbd'] });
  const owner = await systemUser('mysql');
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  await execute(
    install,
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { cwd: folder, ...owner },
  );
  const initial = join(folder, 'initial.sql');
  await writeFile(initial, 'create database if not exists kairos;\n');
  const port = await freePort();
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'mariadb.pid')}`,
    // Servers that share a folder for it take each other's temporary tables away.
    `--tmpdir=${data}`,
    `--init-file=${initial}`,
    '--max-connections=200',
    // What is committed survives the process; that it survives the machine is not what is tested.
    ...(durable ? [] : ['--innodb-flush-log-at-trx-commit=2']),
  ];
  await createDaemon(folder, { program, args, port, owner });
  return port;
}
