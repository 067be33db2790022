import { startRedisServer } from '../lib/redis-server.mjs';
import { composeUp, dockerAnswers, removeFolder, temporaryFolder } from '../lib/server.mjs';

/** One Redis server, without persistence. */
export default {
  variable: 'REDIS_URL',
  skip: 'TEST_REDIS',
  async start() {
    if (await dockerAnswers()) {
      const stop = await composeUp('redis');
      return { env: { REDIS_URL: 'redis://127.0.0.1:26379' }, stop };
    }
    const folder = await temporaryFolder('redis');
    const server = await startRedisServer(folder, 'node');
    return {
      env: { REDIS_URL: `redis://127.0.0.1:${server.port}` },
      stop: async () => {
        await server.stop();
        await removeFolder(folder);
      },
    };
  },
};
