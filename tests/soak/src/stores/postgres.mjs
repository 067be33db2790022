import service from '../../../../scripts/services/postgres.mjs';
import { sqlServer } from './sql-server.mjs';

export default sqlServer({
  title: 'PostgreSQL 15',
  service,
  url: 'POSTGRES_URL',
  folder: 'POSTGRES_FOLDER',
  durable: 'fsync and synchronous_commit on',
});
