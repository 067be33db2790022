import service from '../../../../scripts/services/ferretdb.mjs';
import { daemon, startDaemons } from './daemon.mjs';
import { inTurn } from './in-turn.mjs';
import mongo from './mongo.mjs';

/** Kills the PostgreSQL behind it and FerretDB itself in turn. */
export default {
  ...mongo,
  title: 'FerretDB 2.7 on PostgreSQL 18',
  durability: { durable: 'fsync and synchronous_commit on, as by default', defaults: null },
  async start() {
    const variables = ['FERRETDB_FOLDER', 'FERRETDB_POSTGRES_FOLDER'];
    const { env, folders, stop } = await startDaemons(service, this.title, variables);
    const port = Number(new URL(env.FERRETDB_URL).port);
    const servers = inTurn(folders.map((folder) => daemon(folder, {})));
    return { address: { port }, port, through: (port) => ({ port }), ...servers, stop };
  },
};
