import { serverSuite } from './server-suite.js';
import { mariadbServer } from './servers.js';

if (process.env.TEST_MARIADB === 'false') {
  it.skip('MariaDB is left out by TEST_MARIADB=false', () => {});
} else {
  serverSuite(mariadbServer(), 'mariadb');
}
