import { execFile } from 'node:child_process';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { durable, freePort, needProgram, systemUser } from './server.mjs';

const execute = promisify(execFile);

/** The programs of MariaDB on this machine, which are installed where it allows. */
export async function installedMariadb() {
  const needed = { packages: ['mariadb-server'], what: 'MariaDB (mariadb-install-db, mariadbd)' };
  return {
    install: await needProgram({ ...needed, names: ['mariadb-install-db'] }),
    program: await needProgram({ ...needed, names: ['mariadbd', '/usr/sbin/mariadbd'] }),
  };
}

/**
 * Starts MariaDB or MySQL with the empty database `kairos` in an empty folder, and resolves to its address. `program`
 * is the server, `install` what fills its data folder, both with the arguments that come before those of here.
 */
export async function startMysql(folder, later, { program, install, settings = [] }) {
  const owner = await systemUser('mysql');
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const [first, ...rest] = install;
  await execute(first, [...rest, `--datadir=${data}`], { cwd: folder, ...owner });
  const initial = join(folder, 'initial.sql');
  await writeFile(initial, 'create database if not exists kairos;\n');
  const port = await freePort();
  const args = [
    ...settings,
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'server.pid')}`,
    // Servers that share a folder for it take each other's temporary tables away.
    `--tmpdir=${data}`,
    `--init-file=${initial}`,
    '--max-connections=200',
    // What is committed survives the process; that it survives the machine is not what is tested.
    ...(durable ? [] : ['--innodb-flush-log-at-trx-commit=2']),
  ];
  later(() => stopDaemon(folder));
  await createDaemon(folder, { program, args, port, owner });
  return `root@127.0.0.1:${port}/kairos`;
}
