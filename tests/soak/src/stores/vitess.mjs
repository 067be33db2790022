import service from '../../../../scripts/services/vitess.mjs';
import { daemon, startDaemons } from './daemon.mjs';
import { inTurn } from './in-turn.mjs';
import { connectSql, throughPort } from './sql-server.mjs';
import { typedValues } from './values.mjs';

/** Two shards. Kills the front end and their MySQL in turn. */
export default {
  title: 'Vitess, two shards',
  kills: 'server',
  atomic: true,
  hostile: typedValues(32_768),
  durability: { durable: 'innodb_flush_log_at_trx_commit = 1, as by default', defaults: null },
  async start() {
    const variables = ['VITESS_FOLDER', 'VITESS_MYSQL_FOLDER'];
    const { env, folders, stop } = await startDaemons(service, this.title, variables);
    const port = Number(new URL(env.VITESS_URL).port);
    const mysqlPort = Number(new URL(env.VITESS_MYSQL_URLS.split(' ')[0]).port);
    const servers = [daemon(folders[0], { port }), daemon(folders[1], { port: mysqlPort })];
    const address = { url: env.VITESS_URL };
    return { address, through: throughPort(env.VITESS_URL), port, ...inTurn(servers), stop };
  },
  connect: connectSql,
};
