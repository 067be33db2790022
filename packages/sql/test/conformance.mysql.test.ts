import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { serverSuite } from './support/server-suite.js';
import { onServer } from './support/servers.js';

onServer(mariadbServer, (server) => serverSuite(server, 'mariadb'));
onServer(mysqlServer, (server) => serverSuite(server, 'mysql'));
