import { execFile } from 'node:child_process';
import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { durable, freePort, needProgram, systemUser } from './server.mjs';

const execute = promisify(execFile);

/** The programs of PostgreSQL on this machine, which are installed where it allows. */
export async function installedPostgres() {
  const needed = { packages: ['postgresql-15'], what: 'PostgreSQL (initdb, postgres)' };
  const locations = ['17', '16', '15', '14'].map((version) => `/usr/lib/postgresql/${version}/bin`);
  const names = (program) => [program, ...locations.map((location) => `${location}/${program}`)];
  return {
    initdb: await needProgram({ ...needed, names: names('initdb') }),
    postgres: await needProgram({ ...needed, names: names('postgres') }),
  };
}

/** Starts PostgreSQL as a daemon in an empty folder, with settings of its own, and resolves to its port. */
export async function startPostgres(folder, own = {}, programs = undefined) {
  const { initdb, postgres } = programs ?? (await installedPostgres());
  // It refuses to run as root.
  const owner = await systemUser('postgres');
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o700);
  const data = join(folder, 'data');
  await execute(initdb, ['-D', data, '-U', 'kairos', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], {
    cwd: folder,
    ...owner,
  });
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    // What is committed survives the process; that it survives the machine is not what is tested.
    ...(durable ? {} : { fsync: 'off' }),
    ...own,
  };
  const args = ['-D', data, '-p', port];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  // Its port opens before it serves clients. On SIGTERM, it would wait for them to disconnect.
  const readyFile = join(data, 'postmaster.pid');
  await createDaemon(folder, { program: postgres, args, port, owner, readyFile, stopSignal: 'SIGINT' });
  return port;
}

/** The same as a part of a service; resolves to the URL of the empty database. */
export async function postgresFor(later, folder, { settings, programs } = {}) {
  later(() => stopDaemon(folder));
  const port = await startPostgres(folder, settings, programs);
  return `postgres://kairos@127.0.0.1:${port}/postgres`;
}
