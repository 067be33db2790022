import { serverSuite } from './server-suite.js';
import { onServer, postgresServer } from './servers.js';

onServer(postgresServer, (server) => serverSuite(server, 'postgres'));
