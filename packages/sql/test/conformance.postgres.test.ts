import { postgresServer } from './support/postgres-server.js';
import { serverSuite } from './support/server-suite.js';
import { onServer } from './support/servers.js';

onServer(postgresServer, (server) => serverSuite(server, 'postgres'));
