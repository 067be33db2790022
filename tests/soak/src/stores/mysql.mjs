import service from '../../../../scripts/services/mysql.mjs';
import { sqlServer } from './sql-server.mjs';

export default sqlServer({
  title: 'MySQL 9.7',
  service,
  url: 'MYSQL_URL',
  folder: 'MYSQL_FOLDER',
  durable: 'innodb_flush_log_at_trx_commit = 1',
});
