import { sql } from '@kairos/sql';
import service from '../../../../scripts/services/vitess.mjs';
import { daemon } from './daemon.mjs';
import { inTurn } from './in-turn.mjs';
import { typedValues } from './values.mjs';

/** Two shards. Kills the front end and their MySQL in turn. */
export default {
  title: 'Vitess, two shards',
  kills: 'server',
  atomic: true,
  hostile: typedValues(32_768),
  durability: { durable: 'innodb_flush_log_at_trx_commit = 1, as by default', defaults: null },
  async start() {
    const { env, stop } = await service.start();
    const port = Number(new URL(env.VITESS_URL).port);
    const mysqlPort = Number(new URL(env.VITESS_MYSQL_URLS.split(' ')[0]).port);
    const through = (other) => {
      const url = new URL(env.VITESS_URL);
      url.port = String(other);
      return { url: url.href };
    };
    const servers = [
      daemon(env.VITESS_FOLDER, { port }),
      daemon(env.VITESS_MYSQL_FOLDER, { port: mysqlPort }),
    ];
    return { address: through(port), through, port, ...inTurn(servers), stop };
  },
  async connect({ url }) {
    return { backend: sql, source: url };
  },
};
