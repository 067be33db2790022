import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { startMysql } from './mysql-server.mjs';
import { newerMysql } from './newer-mysql.mjs';
import { root } from './run.mjs';
import { findProgram, freePort, systemUser } from './server.mjs';
import { reasonOf, Unavailable } from './unavailable.mjs';

const VERSION = '0.24.4';
const MODULE = 'vitess.io/vitess';
const KEYSPACE = 'kairos';

const execute = promisify(execFile);

/** Vitess in one process, built once from its Go module and kept. */
async function vtcombo() {
  const home = join(root, '.services', `vitess-${VERSION}`);
  const program = join(home, 'bin', 'vtcombo');
  if (existsSync(program)) return program;
  const go = await findProgram('go', '/usr/local/go/bin/go');
  if (go === undefined)
    throw new Unavailable('Vitess is built from its Go module, and there is no "go" here');
  console.log(`  building Vitess ${VERSION} from its Go module (once, some minutes)`);
  const work = join(home, `work-${process.pid}`);
  try {
    await mkdir(work, { recursive: true });
    await writeFile(join(work, 'go.mod'), 'module kairos/vitess\n');
    const options = { cwd: work, env: { ...process.env, GOFLAGS: '-mod=mod' }, maxBuffer: 2 ** 26 };
    await execute(go, ['get', `${MODULE}@v${VERSION}`], options);
    await execute(go, ['build', '-o', 'vtcombo', `${MODULE}/go/cmd/vtcombo`], options);
    await mkdir(join(home, 'bin'), { recursive: true });
    await rename(join(work, 'vtcombo'), program);
  } catch (error) {
    throw new Unavailable(`Vitess ${VERSION} cannot be built: ${reasonOf(error)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return program;
}

/** The shards of a keyspace that is cut into so many. */
function shardsOf(count) {
  const edges = Array.from({ length: count + 1 }, (_, index) => {
    const edge = Math.round((index * 256) / count);
    return index === 0 || index === count ? '' : edge.toString(16).padStart(2, '0');
  });
  return edges.slice(0, -1).map((edge, index) => `${edge}-${edges[index + 1]}`);
}

/**
 * Starts Vitess on a MySQL of its own, with an empty keyspace `kairos` of some shards, and resolves to its address, the
 * folders in which both can be stopped, and a MySQL address of each shard's database.
 */
export async function startVitess(folder, later, { shards: count = 2 } = {}) {
  const program = await vtcombo();
  const mysql = await newerMysql();
  const owner = await systemUser('mysql');
  const mysqlFolder = join(folder, 'mysql');
  const gateFolder = join(folder, 'vtcombo');
  for (const each of [folder, mysqlFolder, gateFolder]) {
    await mkdir(each, { recursive: true });
    if (owner !== undefined) await chown(each, owner.uid, owner.gid);
  }
  const settings = [...mysql.settings, '--gtid-mode=ON', '--enforce-gtid-consistency=ON'];
  const address = await startMysql(mysqlFolder, later, { ...mysql, settings });
  const shards = shardsOf(count);
  const databases = shards.map((shard) => `vt_${KEYSPACE}_${shard}`);
  await createDatabases(address, databases);
  const ports = { web: await freePort(), grpc: await freePort(), mysql: await freePort() };
  const socket = join(mysqlFolder, 'socket');
  const schema = join(gateFolder, 'schema', KEYSPACE);
  await mkdir(schema, { recursive: true });
  const vschema = { sharded: true, vindexes: { kairos_name: { type: 'xxhash' } }, tables: {} };
  await writeFile(join(schema, 'vschema.json'), JSON.stringify(vschema));
  const named = shards.map((shard) => `shards:{name:"${shard}"}`).join(' ');
  const users = ['app', 'dba', 'allprivs', 'filtered', 'repl', 'appdebug'];
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
    'db-socket': socket,
    'db-charset': 'utf8mb4',
    ...Object.fromEntries(
      users.flatMap((user) => [
        [`db-${user}-user`, 'root'],
        [`db-${user}-password`, ''],
      ]),
    ),
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
    args: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
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
