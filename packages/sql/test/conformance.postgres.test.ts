import { serverSuite } from './server-suite.js';
import { postgresServer } from './servers.js';

if (process.env.TEST_POSTGRES === 'false') {
  it.skip('PostgreSQL is left out by TEST_POSTGRES=false', () => {});
} else {
  serverSuite(postgresServer(), 'postgres');
}
