import { DISPOSABLE, startServer } from '../lib/mongo-server.mjs';
import { freePort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';

/** MongoDB, or what stands in for it where there is none. */
export default service({
  variable: 'MONGO_URL',
  skip: 'TEST_MONGO',
  compose: {
    services: ['mongo'],
    env: { MONGO_URL: 'mongodb://127.0.0.1:27117/?directConnection=true', ...DISPOSABLE },
  },
  start: async (folder, later) => {
    const server = await startServer({ folder, port: await freePort() });
    later(() => server.stop());
    return { MONGO_URL: server.url, ...DISPOSABLE };
  },
});

export { startServer } from '../lib/mongo-server.mjs';
