import { mongo } from '@kairos/mongo';
import { freePort } from '../../../../scripts/lib/server.mjs';
import { startServer } from '../../../../scripts/services/mongo.mjs';
import { child } from './child.mjs';
import { anyValues } from './values.mjs';

/** SecantusDB, a stand-in for MongoDB. It forgets its retryable writes when it is killed. */
export default {
  title: 'SecantusDB 0.7.0b3',
  kills: 'server',
  hostile: anyValues,
  atomic: false,
  durability: { durable: 'sync on commit; retryWrites=false', defaults: null },
  async start({ folder }) {
    const port = await freePort();
    const start = () => startServer({ folder, port });
    return { address: { port }, port, through: (port) => ({ port }), ...(await child(start)) };
  },
  async connect({ port }) {
    const options = 'directConnection=true&retryWrites=false&serverSelectionTimeoutMS=2000';
    return { backend: mongo, source: `mongodb://127.0.0.1:${port}/soak?${options}` };
  },
};
