import service from '../../../../scripts/services/postgres-18.mjs';
import { sqlServer } from './sql-server.mjs';

export default sqlServer({
  title: 'PostgreSQL 18',
  service,
  url: 'POSTGRES_18_URL',
  folder: 'POSTGRES_18_FOLDER',
  durable: 'fsync and synchronous_commit on',
});
