import { needMongo } from '../services/mongo.mjs';
import { cassandraJars, java17 } from './cassandra-node.mjs';
import { needFerretdb } from './ferretdb.mjs';
import { installedMariadb } from './mysql-server.mjs';
import { installedPostgres } from './postgres-server.mjs';
import { redisPrograms } from './redis-server.mjs';
import { dockerAnswers } from './server.mjs';
import { reasonOf } from './unavailable.mjs';

/** The programs that the servers of `npm test` need; installed one by one, so that no two installations collide. */
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
 * Installs the servers of `npm test` before the tests of several packages look for them in parallel. If one
 * is unavailable, the tests that need it say so.
 */
export async function needServers() {
  if (await dockerAnswers()) return;
  console.log('\n▸ Installing the servers');
  for (const { variable, skip, have } of needed) {
    if (process.env[skip] === 'false' || process.env[variable]) continue;
    await have().catch((error) => console.log(`  ${reasonOf(error)}`));
  }
}
