import { vitessServer } from './support/mysql-servers.js';
import { serverSuite } from './support/server-suite.js';
import { onServer } from './support/servers.js';

onServer(vitessServer, (server) => serverSuite(server, 'vitess'));
