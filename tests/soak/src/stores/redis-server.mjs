import { redis } from '@kairos/redis';
import { createDaemon } from '../../../../scripts/lib/daemon.mjs';
import { freePort } from '../../../../scripts/lib/server.mjs';
import { daemon } from './daemon.mjs';
import { anyValues } from './values.mjs';

const KEEPS_ALL = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Common properties of the stores with this protocol. */
export const redisTraits = {
  kills: 'server',
  atomic: true,
  hostile: anyValues,
  durability: {
    durable: 'appendonly yes, appendfsync always',
    defaults: 'a snapshot now and then, as by default',
  },
};

/** A single server. `program` resolves to its path. */
export function redisServer({ title, program }) {
  return {
    ...redisTraits,
    title,
    async start({ folder, durable }) {
      const server = await startRedis({ folder, program: await program(), durable });
      return { address: { port: server.port }, through: (port) => ({ port }), ...server };
    },
    async connect({ port }) {
      return { backend: redis, source: `redis://127.0.0.1:${port}` };
    },
  };
}

/** Starts a server in an empty folder. You can kill it and start it again. */
export async function startRedis({ folder, program, durable, settings = [] }) {
  const port = await portWithBus();
  const address = ['--port', port, '--bind', '127.0.0.1', '--dir', folder];
  const args = [...address, ...settings, ...(durable ? KEEPS_ALL : [])];
  await createDaemon(folder, { program, args, port });
  return daemon(folder, { port });
}

/** A cluster node's bus uses its port plus 10,000. */
async function portWithBus() {
  for (;;) {
    const port = await freePort();
    if (port < 55_000) return port;
  }
}
