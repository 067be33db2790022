import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../lib/run.mjs';
import { freePort } from '../lib/server.mjs';
import { service } from '../lib/service.mjs';
import { startServer } from './mongo.mjs';

const ADMIN = { user: 'admin', password: 'secret' };

/** A server where users log in and may do what their roles grant; the address is that of an administrator. */
export default service({
  variable: 'MONGO_USERS_URL',
  skip: 'TEST_MONGO',
  start: async (folder, later) => {
    const port = await freePort();
    const open = await startServer({ folder, port });
    try {
      await createAdmin(open.url);
    } finally {
      await open.stop();
    }
    const server = await startServer({ folder, port, users: true });
    later(() => server.stop());
    const url = new URL(server.url);
    url.username = ADMIN.user;
    url.password = ADMIN.password;
    return { MONGO_USERS_URL: url.href };
  },
});

async function createAdmin(url) {
  const require = createRequire(join(root, 'packages', 'mongo', 'package.json'));
  const { MongoClient } = require('mongodb');
  const client = new MongoClient(url);
  try {
    await client.db('admin').command({ createUser: ADMIN.user, pwd: ADMIN.password, roles: ['root'] });
  } finally {
    await client.close();
  }
}
