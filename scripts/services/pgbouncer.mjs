import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDaemon, stopDaemon } from '../lib/daemon.mjs';
import { postgresFor } from '../lib/postgres-server.mjs';
import { freePort, needProgram, systemUser } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

/** PgBouncer in transaction mode, in front of its own PostgreSQL 15: 20 connections for any number of clients. */
export default service({
  variable: 'PGBOUNCER_URL',
  as: { PGBOUNCER_URL: 'POSTGRES_URL' },
  skip: 'TEST_SQL',
  newer: true,
  compose: {
    services: ['pgbouncer', 'postgres'],
    env: { PGBOUNCER_URL: 'postgres://kairos:kairos@127.0.0.1:26432/kairos' },
  },
  start: async (folder, later) => {
    const program = await needProgram({
      names: ['pgbouncer', '/usr/sbin/pgbouncer'],
      packages: ['pgbouncer'],
      what: 'PgBouncer',
    });
    const [database, own] = [join(folder, 'postgres'), join(folder, 'pgbouncer')];
    await Promise.all([mkdir(database), mkdir(own)]);
    const { port, pathname } = new URL(await postgresFor(later, database));
    const owner = await systemUser('postgres');
    if (owner !== undefined) await chown(own, owner.uid, owner.gid);
    const listening = await freePort();
    const settings = join(own, 'pgbouncer.ini');
    await writeFile(settings, settingsOf({ listening, port, database: pathname.slice(1) }));
    await writeFile(join(own, 'users.txt'), '"kairos" ""\n');
    later(() => stopDaemon(own));
    await createDaemon(own, { program, args: [settings], port: listening, owner });
    return { PGBOUNCER_URL: `postgres://kairos@127.0.0.1:${listening}/postgres` };
  },
});

const settingsOf = ({ listening, port, database }) => `[databases]
${database} = host=127.0.0.1 port=${port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listening}
unix_socket_dir =
auth_type = trust
auth_file = users.txt
pool_mode = transaction
default_pool_size = 20
max_client_conn = 1000
`;
