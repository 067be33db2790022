import service from '../../../../scripts/services/mariadb.mjs';
import { sqlServer } from './sql-server.mjs';

export default sqlServer({
  title: 'MariaDB 10.11',
  service,
  url: 'MARIADB_URL',
  folder: 'MARIADB_FOLDER',
  durable: 'innodb_flush_log_at_trx_commit = 1',
});
