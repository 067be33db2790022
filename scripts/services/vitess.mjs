import { service } from '../lib/service.mjs';
import { startVitess } from '../lib/vitess.mjs';

/**
 * Vitess with an empty keyspace of two shards. `VITESS_FOLDER` and `VITESS_MYSQL_FOLDER` are for tests that stop the
 * front and the MySQL behind it, `VITESS_MYSQL_URLS` for those that look at the shards, or set a trap there.
 */
export default service({
  variable: 'VITESS_URL',
  skip: 'TEST_SQL',
  newer: true,
  start: async (folder, later) => {
    const { url, folder: gate, mysqlFolder, mysqlUrls } = await startVitess(folder, later);
    return {
      VITESS_URL: url,
      VITESS_FOLDER: gate,
      VITESS_MYSQL_FOLDER: mysqlFolder,
      VITESS_MYSQL_URLS: mysqlUrls.join(' '),
    };
  },
});
