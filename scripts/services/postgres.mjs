import { execFile } from 'node:child_process';
import { chmod, chown } from 'node:fs/promises';
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

/** PostgreSQL 15 with an empty database; `POSTGRES_FOLDER` is for tests that stop it. */
export default {
  variable: 'POSTGRES_URL',
  skip: 'TEST_SQL',
  async start() {
    if (await dockerAnswers()) {
      const stop = await composeUp('postgres');
      return { env: { POSTGRES_URL: 'postgres://kairos:kairos@127.0.0.1:25432/kairos' }, stop };
    }
    const folder = await temporaryFolder('postgres');
    const stop = async () => {
      await stopDaemon(folder);
      await removeFolder(folder);
    };
    try {
      const port = await startPostgres(folder);
      const url = `postgres://kairos@127.0.0.1:${port}/postgres`;
      return { env: { POSTGRES_URL: url, POSTGRES_FOLDER: folder }, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

/** Starts PostgreSQL in an empty folder, with settings of its own, and resolves to its port. */
export async function startPostgres(folder, own = {}) {
  const needed = { packages: ['postgresql-15'], what: 'PostgreSQL (initdb, postgres)' };
  const locations = ['17', '16', '15', '14'].map((version) => `/usr/lib/postgresql/${version}/bin`);
  const names = (program) => [program, ...locations.map((location) => `${location}/${program}`)];
  const initdb = await needProgram({ ...needed, names: names('initdb') });
  const program = await needProgram({ ...needed, names: names('postgres') });
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
  // On SIGTERM it would wait for its clients to leave.
  await createDaemon(folder, { program, args, port, owner, stopSignal: 'SIGINT' });
  return port;
}
