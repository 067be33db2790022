import { needRedisServer } from '../lib/redis-server.mjs';

/** The program of the server, for tests that start servers to break them. */
export default {
  variable: 'REDIS_SERVER_PROGRAM',
  skip: 'TEST_REDIS',
  async start() {
    return { env: { REDIS_SERVER_PROGRAM: await needRedisServer() }, stop: async () => {} };
  },
};
