import { sql } from '@kairos/sql';
import { startPostgres } from '../../../../scripts/services/postgres.mjs';
import { daemon } from './daemon.mjs';
import { typedValues } from './values.mjs';

export default {
  title: 'PostgreSQL 15',
  kills: 'server',
  atomic: true,
  hostile: typedValues(32_768),
  durability: { durable: 'fsync = on, synchronous_commit = on, which are the defaults', defaults: null },
  async start({ folder }) {
    const port = await startPostgres(folder, { fsync: 'on', synchronous_commit: 'on' });
    return { address: { port }, through: (port) => ({ port }), ...daemon(folder, { port }) };
  },
  async connect({ port }) {
    return { backend: sql, source: `postgres://kairos@127.0.0.1:${port}/postgres` };
  },
};
