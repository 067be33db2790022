import { stopDaemon } from '../lib/daemon.mjs';
import { composeUp, dockerAnswers, removeFolder, temporaryFolder } from '../lib/server.mjs';
import { startPostgres } from './postgres.mjs';

/** PostgreSQL with room for few locks: a few hundred partitions are to it what thousands are to others. */
export default {
  variable: 'POSTGRES_FEW_LOCKS_URL',
  skip: 'TEST_SQL',
  async start() {
    if (await dockerAnswers()) {
      const stop = await composeUp('postgres-few-locks');
      return { env: { POSTGRES_FEW_LOCKS_URL: 'postgres://kairos:kairos@127.0.0.1:25433/kairos' }, stop };
    }
    const folder = await temporaryFolder('postgres');
    const stop = async () => {
      await stopDaemon(folder);
      await removeFolder(folder);
    };
    try {
      const port = await startPostgres(folder, { max_connections: 20, max_locks_per_transaction: 10 });
      return { env: { POSTGRES_FEW_LOCKS_URL: `postgres://kairos@127.0.0.1:${port}/postgres` }, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
