/**
 * A server that belongs to one test, which may kill it: forked by `private-server.ts`, and told by messages to start
 * (on what is in its folder by then), to be killed, and to stop.
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
