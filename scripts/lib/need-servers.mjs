import { needMongo } from '../services/mongo.mjs';
import { cassandraJars, java17 } from './cassandra-node.mjs';
import { needFerretdb } from './ferretdb.mjs';
import { installedMariadb } from './mysql-server.mjs';
import { installedPostgres } from './postgres-server.mjs';
import { redisPrograms } from './redis-server.mjs';
import { dockerAnswers } from './server.mjs';
import { reasonOf } from './unavailable.mjs';

/** What is installed or fetched for the servers of `npm test`: one after the other, so that no two do it at once. */
const needed = [
  { variable: 'POSTGRES_URL', skip: 'TEST_SQL', have: installedPostgres },
  { variable: 'MARIADB_URL', skip: 'TEST_SQL', have: installedMariadb },
  { variable: 'REDIS_URL', skip: 'TEST_REDIS', have: redisPrograms.installed },
  { variable: 'MONGO_URL', skip: 'TEST_MONGO', have: needMongo },
  { variable: 'FERRETDB_URL', skip: 'TEST_MONGO', have: needFerretdb },
  {
    variable: 'CASSANDRA_CONTACT_POINTS',
    skip: 'TEST_CASSANDRA',
    have: () => Promise.all([java17(), cassandraJars()]),
  },
];

/**
 * Sees that the servers of `npm test` are here before tests of several packages look for the same. Where one cannot be
 * had, those that need it say so.
 */
export async function needServers() {
  if (await dockerAnswers()) return;
  console.log('\n▸ Seeing to the servers');
  for (const { variable, skip, have } of needed) {
    if (process.env[skip] === 'false' || process.env[variable]) continue;
    await have().catch((error) => console.log(`  ${reasonOf(error)}`));
  }
}
