import { sql } from '@kairos/sql';
import service from '../../../../scripts/services/mariadb.mjs';
import { daemon } from './daemon.mjs';
import { typedValues } from './values.mjs';

export default {
  title: 'MariaDB 10.11',
  kills: 'server',
  atomic: true,
  hostile: typedValues(32_768),
  durability: { durable: 'innodb_flush_log_at_trx_commit = 1, which is the default', defaults: null },
  async start() {
    const { env, stop } = await service.start();
    const { MARIADB_URL: url, MARIADB_FOLDER: folder } = env;
    if (folder === undefined) throw new Error('MariaDB runs in Docker here, where it is not killed');
    const port = Number(new URL(url).port);
    return { address: { port }, through: (port) => ({ port }), ...daemon(folder, { port }), stop };
  },
  async connect({ port }) {
    return { backend: sql, source: `mariadb://root@127.0.0.1:${port}/kairos` };
  },
};
