import service from '../../../../scripts/services/ferretdb.mjs';
import { daemon } from './daemon.mjs';
import { inTurn } from './in-turn.mjs';
import mongo from './mongo.mjs';

/** Kills the PostgreSQL behind it and FerretDB itself in turn. */
export default {
  ...mongo,
  title: 'FerretDB 2.7 on PostgreSQL 18',
  durability: { durable: 'fsync and synchronous_commit on, as by default', defaults: null },
  async start() {
    const { env, stop } = await service.start();
    if (env.FERRETDB_FOLDER === undefined) {
      await stop();
      throw new Error('FerretDB runs in Docker here, where it is not killed: leave it out');
    }
    const port = Number(new URL(env.FERRETDB_URL).port);
    const folders = [env.FERRETDB_FOLDER, env.FERRETDB_POSTGRES_FOLDER];
    const servers = inTurn(folders.map((folder) => daemon(folder, {})));
    return { address: { port }, port, through: (port) => ({ port }), ...servers, stop };
  },
};
