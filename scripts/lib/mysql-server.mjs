import { execFile } from 'node:child_process';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { durable, freePort, needProgram, systemUser } from './server.mjs';

const execute = promisify(execFile);

/** MariaDB's programs on this machine; installs them if the machine allows. */
export async function installedMariadb() {
  const needed = { packages: ['mariadb-server'], what: 'MariaDB (mariadb-install-db, mariadbd)' };
  return {
    install: await needProgram({ ...needed, names: ['mariadb-install-db'] }),
    program: await needProgram({ ...needed, names: ['mariadbd', '/usr/sbin/mariadbd'] }),
  };
}

/**
 * Starts MariaDB or MySQL in an empty folder with an empty database `kairos`, and resolves to its address.
 * `program` is the server and `install` the command that fills its data folder, both with their first
 * arguments.
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
    // Servers that share a temporary folder delete each other's temporary tables.
    `--tmpdir=${data}`,
    `--init-file=${initial}`,
    '--max-connections=200',
    // Commits survive a crash of the process; the tests need no more.
    ...(durable ? [] : ['--innodb-flush-log-at-trx-commit=2']),
  ];
  later(() => stopDaemon(folder));
  await createDaemon(folder, { program, args, port, owner });
  return `root@127.0.0.1:${port}/kairos`;
}
