import { redis } from '@kairos/redis';
import { createDaemon } from '../../../../scripts/lib/daemon.mjs';
import { needRedisServer } from '../../../../scripts/lib/redis-server.mjs';
import { freePort } from '../../../../scripts/lib/server.mjs';
import { daemon } from './daemon.mjs';
import { anyValues } from './values.mjs';

const KEEPS_ALL = ['--appendonly', 'yes', '--appendfsync', 'always'];

export default {
  title: 'Redis 7.0',
  kills: 'server',
  hostile: anyValues,
  atomic: true,
  durability: {
    durable: 'appendonly yes, appendfsync always',
    defaults: 'no append-only file, a snapshot now and then',
  },
  async start({ folder, durable }) {
    const port = await freePort();
    const address = ['--port', port, '--bind', '127.0.0.1', '--dir', folder];
    const args = [...address, ...(durable ? KEEPS_ALL : [])];
    await createDaemon(folder, { program: await needRedisServer(), args, port });
    return { address: { port }, through: (port) => ({ port }), ...daemon(folder, { port }) };
  },
  async connect({ port }) {
    return { backend: redis, source: `redis://127.0.0.1:${port}` };
  },
};
