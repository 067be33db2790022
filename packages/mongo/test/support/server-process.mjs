/**
 * A server for one test, which may kill it. `private-server.ts` forks this process and tells it by messages
 * to start the server (on the data in its folder), to kill it, and to stop.
 */

import { freePort, removeFolder, temporaryFolder } from '../../../../scripts/lib/server.mjs';
import { startServer } from '../../../../scripts/services/mongo.mjs';

const standalone = process.argv[2] === 'standalone';
const folder = await temporaryFolder('mongo');
const port = await freePort();
let server;

const actions = {
  async start() {
    server = await startServer({ folder, port, standalone });
    return server.url;
  },
  async kill() {
    await server.stop('SIGKILL');
  },
  async stop() {
    await server?.stop();
    await removeFolder(folder);
  },
};

process.on('message', async (action) => {
  try {
    process.send({ action, result: await actions[action]() });
  } catch (error) {
    process.send({ action, error: String(error) });
  }
  if (action === 'stop') process.disconnect();
});

process.on('disconnect', () => server?.stop());
