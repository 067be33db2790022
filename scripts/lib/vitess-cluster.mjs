import { execFile } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDaemon, stopDaemon } from './daemon.mjs';
import { goPrograms } from './go-programs.mjs';
import { startMysql } from './mysql-server.mjs';
import { newerDebian, programOf } from './newer-debian.mjs';
import { newerMysql } from './newer-mysql.mjs';
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

const CELL = 'test';
const HOST = '127.0.0.1';
const FIRST_TABLET = 101;

const execute = promisify(execFile);

/**
 * Vitess as a cluster of processes, with an empty keyspace `kairos`: etcd, vtctld and vtgate, and of each shard one
 * vttablet, its primary, on a MySQL of its own. `later` takes what stops each.
 */
export class VitessCluster {
  /** The address of vtgate. */
  url;
  #folder;
  #later;
  #owner;
  #programs;
  #mysql;
  #topology;
  #control;
  /** The folders of the processes of each shard, by its name. */
  #shards = new Map();
  #tablets = 0;

  constructor(folder, later) {
    this.#folder = folder;
    this.#later = later;
  }

  static async start(folder, later, { shards = 2 } = {}) {
    const cluster = new VitessCluster(folder, later);
    await cluster.#start(shards);
    return cluster;
  }

  async #start(count) {
    this.#programs = await goPrograms(VITESS, 'vtctld', 'vtctldclient', 'vttablet', 'vtgate');
    this.#mysql = await newerMysql();
    this.#owner = await systemUser('mysql');
    const etcd = await this.#startEtcd();
    this.#topology = {
      'topo-implementation': 'etcd2',
      'topo-global-server-address': etcd,
      'topo-global-root': '/vitess/global',
    };
    this.#control = await this.#startVtctld();
    await this.vtctldclient('AddCellInfo', '--root', `/vitess/${CELL}`, '--server-address', etcd, CELL);
    await this.vtctldclient('CreateKeyspace', '--durability-policy', 'none', KEYSPACE);
    await this.vtctldclient('ApplyVSchema', '--vschema', JSON.stringify(EMPTY_VSCHEMA), KEYSPACE);
    await this.addShards(count);
    this.url = await this.#startVtgate();
  }

  /** What vtctldclient prints. */
  async vtctldclient(...args) {
    const all = ['--server', this.#control, '--action-timeout', '5m', ...args];
    const { stdout } = await execute(this.#programs.vtctldclient, all, { maxBuffer: 2 ** 26 });
    return stdout;
  }

  /** Starts the shards of a keyspace that is cut into so many, each with a primary; resolves to their names. */
  async addShards(count) {
    const shards = shardsOf(count);
    await Promise.all(shards.map((shard) => this.#addShard(shard)));
    return shards;
  }

  /** Stops the processes of a shard. */
  async stopShard(shard) {
    for (const folder of this.#shards.get(shard)) await stopDaemon(folder);
  }

  async #addShard(shard) {
    const id = FIRST_TABLET + this.#tablets++;
    const tablet = await this.#subfolder(`tablet-${id}`);
    const mysql = await this.#subfolder(`mysql-${id}`);
    this.#shards.set(shard, [tablet, mysql]);
    const settings = [
      ...this.#mysql.settings,
      ...MYSQL_SETTINGS,
      `--server-id=${id}`,
      '--innodb-buffer-pool-size=64M',
    ];
    await startMysql(mysql, this.#later, { ...this.#mysql, settings });
    const alias = `${CELL}-${String(id).padStart(10, '0')}`;
    await this.#startTablet(tablet, {
      'tablet-path': alias,
      'init-keyspace': KEYSPACE,
      'init-shard': shard,
      ...mysqlFlags(join(mysql, 'socket')),
    });
    await this.vtctldclient('PlannedReparentShard', '--new-primary', alias, `${KEYSPACE}/${shard}`);
  }

  async #startEtcd() {
    const folder = await this.#subfolder('etcd');
    const { program, args } = programOf(await newerDebian('etcd-server'), 'usr/bin/etcd');
    const [client, peer] = [await freePort(), await freePort()];
    const flags = {
      'data-dir': join(folder, 'data'),
      'listen-client-urls': `http://${HOST}:${client}`,
      'advertise-client-urls': `http://${HOST}:${client}`,
      'listen-peer-urls': `http://${HOST}:${peer}`,
      'initial-advertise-peer-urls': `http://${HOST}:${peer}`,
      'initial-cluster': `default=http://${HOST}:${peer}`,
    };
    await this.#daemon(folder, { program, args: [...args, ...argsOf(flags)], port: client });
    return `${HOST}:${client}`;
  }

  async #startVtctld() {
    const folder = await this.#subfolder('vtctld');
    const ports = { web: await freePort(), grpc: await freePort() };
    await this.#vitess(folder, this.#programs.vtctld, ports, ports.grpc, {
      'service-map': 'grpc-vtctl,grpc-vtctld',
    });
    return `${HOST}:${ports.grpc}`;
  }

  async #startTablet(folder, flags) {
    const ports = { web: await freePort(), grpc: await freePort() };
    await this.#vitess(folder, this.#programs.vttablet, ports, ports.grpc, {
      'tablet-hostname': HOST,
      'init-tablet-type': 'replica',
      'service-map': 'grpc-queryservice,grpc-tabletmanager,grpc-updatestream',
      ...flags,
    });
  }

  async #startVtgate() {
    const folder = await this.#subfolder('vtgate');
    const ports = { web: await freePort(), grpc: await freePort(), mysql: await freePort() };
    await this.#vitess(folder, this.#programs.vtgate, ports, ports.mysql, {
      cell: CELL,
      'cells-to-watch': CELL,
      'tablet-types-to-wait': 'PRIMARY',
      'service-map': 'grpc-vtgateservice',
      'mysql-auth-server-impl': 'none',
      'mysql-server-port': ports.mysql,
      'mysql-server-bind-address': HOST,
      'vschema-ddl-authorized-users': '%',
      // Statements wait while a shard changes its primary, or its place.
      'enable-buffer': true,
    });
    return `mysql://root@${HOST}:${ports.mysql}/${KEYSPACE}`;
  }

  /** Starts a program of Vitess, which listens on `port` once it is ready. */
  async #vitess(folder, program, ports, port, flags) {
    const all = {
      ...this.#topology,
      port: ports.web,
      'grpc-port': ports.grpc,
      'bind-address': HOST,
      'grpc-bind-address': HOST,
      'log-level': 'warn',
      ...flags,
    };
    const env = { VTROOT: folder, VTDATAROOT: folder, HOME: folder };
    await this.#daemon(folder, { program, args: argsOf(all), env, port });
  }

  async #daemon(folder, description) {
    this.#later(() => stopDaemon(folder));
    // A tablet that is asked to end waits ten seconds for what may still come.
    await createDaemon(folder, { stopSignal: 'SIGKILL', ...description, owner: this.#owner });
  }

  async #subfolder(name) {
    const folder = join(this.#folder, name);
    await mkdir(folder, { recursive: true });
    if (this.#owner !== undefined) await chown(folder, this.#owner.uid, this.#owner.gid);
    return folder;
  }
}
