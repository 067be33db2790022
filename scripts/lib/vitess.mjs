import { chown, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { goPrograms } from './go-programs.mjs';
import { startMysql } from './mysql-server.mjs';
import { newerMysql } from './newer-mysql.mjs';
import { root } from './run.mjs';
import { freePort, systemUser } from './server.mjs';
import {
  argsOf,
  EMPTY_VSCHEMA,
  KEYSPACE,
  MYSQL_SETTINGS,
  mysqlFlags,
  shardsOf,
  VITESS,
} from './vitess-settings.mjs';

/**
 * Starts Vitess on a MySQL of its own, with an empty keyspace `kairos` of some shards, and resolves to its address, the
 * folders in which both can be stopped, and a MySQL address of each shard's database.
 */
export async function startVitess(folder, later, { shards: count = 2 } = {}) {
  const { vtcombo: program } = await goPrograms(VITESS, 'vtcombo');
  const mysql = await newerMysql();
  const owner = await systemUser('mysql');
  const mysqlFolder = join(folder, 'mysql');
  const gateFolder = join(folder, 'vtcombo');
  for (const each of [folder, mysqlFolder, gateFolder]) {
    await mkdir(each, { recursive: true });
    if (owner !== undefined) await chown(each, owner.uid, owner.gid);
  }
  const settings = [...mysql.settings, ...MYSQL_SETTINGS];
  const address = await startMysql(mysqlFolder, later, { ...mysql, settings });
  const shards = shardsOf(count);
  const databases = shards.map((shard) => `vt_${KEYSPACE}_${shard}`);
  await createDatabases(address, databases);
  const ports = { web: await freePort(), grpc: await freePort(), mysql: await freePort() };
  const socket = join(mysqlFolder, 'socket');
  const schema = join(gateFolder, 'schema', KEYSPACE);
  await mkdir(schema, { recursive: true });
  await writeFile(join(schema, 'vschema.json'), JSON.stringify(EMPTY_VSCHEMA));
  const named = shards.map((shard) => `shards:{name:"${shard}"}`).join(' ');
  const flags = {
    port: ports.web,
    'grpc-port': ports.grpc,
    'bind-address': '127.0.0.1',
    'grpc-bind-address': '127.0.0.1',
    'proto-topo': `keyspaces:{name:"${KEYSPACE}" ${named} replica_count:1} cells:"test"`,
    'schema-dir': join(gateFolder, 'schema'),
    'vschema-persistence-dir': join(gateFolder, 'vschema'),
    'vschema-ddl-authorized-users': '%',
    'mycnf-server-id': 1,
    'mycnf-socket-file': socket,
    ...mysqlFlags(socket),
    'mysql-auth-server-impl': 'none',
    'mysql-server-port': ports.mysql,
    'mysql-server-bind-address': '127.0.0.1',
    'service-map': 'grpc-vtgateservice,grpc-vtctl,grpc-vtctld',
    'log-level': 'warn',
    'tablet-hostname': '127.0.0.1',
    'tablet-types-to-wait': 'PRIMARY',
  };
  later(() => stopDaemon(gateFolder));
  await createDaemon(gateFolder, {
    program,
    args: argsOf(flags),
    env: { VTROOT: gateFolder, VTDATAROOT: gateFolder, HOME: gateFolder },
    port: ports.mysql,
    owner,
  });
  return {
    url: `mysql://root@127.0.0.1:${ports.mysql}/${KEYSPACE}`,
    folder: gateFolder,
    mysqlFolder,
    mysqlUrls: databases.map((database) => `mysql://${address.replace(/[^/]*$/, database)}`),
  };
}

async function createDatabases(address, databases) {
  const require = createRequire(join(root, 'packages', 'sql', 'package.json'));
  const connection = await require('mysql2/promise').createConnection(`mysql://${address}`);
  try {
    for (const database of databases) await connection.query(`create database \`${database}\``);
  } finally {
    await connection.end();
  }
}
