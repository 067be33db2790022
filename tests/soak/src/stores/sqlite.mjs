import { join } from 'node:path';
import { sql } from '@kairos/sql';
import { typedValues } from './values.mjs';

/** A file with a write-ahead log, as Kairos opens it for a URL. */
export default {
  title: 'SQLite',
  kills: 'writer',
  atomic: true,
  hostile: typedValues(32_768),
  durability: { durable: 'synchronous = normal, which is the default', defaults: null },
  async start({ folder }) {
    return { address: { url: `sqlite:${join(folder, 'soak.db')}` }, stop: async () => {} };
  },
  async connect({ url }) {
    return { backend: sql, source: url };
  },
};
