import { startFerretdb } from '../lib/ferretdb.mjs';
import { service } from '../lib/service.mjs';
import { DISPOSABLE } from './mongo.mjs';

/**
 * FerretDB 2 on PostgreSQL 18 with DocumentDB: a second server of MongoDB's protocol. `FERRETDB_FOLDER` and
 * `FERRETDB_POSTGRES_FOLDER` are for tests that stop it, or the PostgreSQL behind it.
 */
export default service({
  variable: 'FERRETDB_URL',
  as: { FERRETDB_URL: 'MONGO_URL' },
  skip: 'TEST_MONGO',
  newer: true,
  compose: {
    services: ['ferretdb', 'documentdb'],
    env: { FERRETDB_URL: 'mongodb://kairos:kairos@127.0.0.1:27118/', ...DISPOSABLE },
  },
  start: async (folder, later) => {
    const { url, postgresFolder } = await startFerretdb(folder, later);
    return {
      FERRETDB_URL: url,
      FERRETDB_FOLDER: folder,
      FERRETDB_POSTGRES_FOLDER: postgresFolder,
      ...DISPOSABLE,
    };
  },
});
