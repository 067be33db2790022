import { serverSuite } from './server-suite.js';
import { mariadbServer, onServer } from './servers.js';

onServer(mariadbServer, (server) => serverSuite(server, 'mariadb'));
