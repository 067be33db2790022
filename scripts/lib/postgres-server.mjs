import { execFile } from 'node:child_process';
import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { durable, freePort, needProgram, systemUser } from './server.mjs';

const execute = promisify(execFile);

/** PostgreSQL's programs on this machine; installs them if the machine allows. */
export async function installedPostgres() {
  const needed = { packages: ['postgresql-15'], what: 'PostgreSQL (initdb, postgres)' };
  const locations = ['17', '16', '15', '14'].map((version) => `/usr/lib/postgresql/${version}/bin`);
  const names = (program) => [program, ...locations.map((location) => `${location}/${program}`)];
  return {
    initdb: await needProgram({ ...needed, names: names('initdb') }),
    postgres: await needProgram({ ...needed, names: names('postgres') }),
  };
}

/** Starts PostgreSQL as a daemon in an empty folder, with settings of the caller's, and resolves to its port. */
export async function startPostgres(folder, own = {}, programs = undefined) {
  const { initdb, postgres } = programs ?? (await installedPostgres());
  // PostgreSQL refuses to run as root.
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
    // Commits survive a crash of the process; the tests need no more.
    ...(durable ? {} : { fsync: 'off' }),
    ...own,
  };
  const args = ['-D', data, '-p', port];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  // On SIGTERM, PostgreSQL would wait for its clients to disconnect.
  await createDaemon(folder, { program: postgres, args, port, owner, stopSignal: 'SIGINT' });
  return port;
}

/** Starts PostgreSQL as part of a service, and resolves to the URL of the empty database. */
export async function postgresFor(later, folder, { settings, programs } = {}) {
  later(() => stopDaemon(folder));
  const port = await startPostgres(folder, settings, programs);
  return `postgres://kairos@127.0.0.1:${port}/postgres`;
}
