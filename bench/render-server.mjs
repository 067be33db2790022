/** Serves the timeseries of a file over Graphite's API and sends the port to its parent process. */
import { createServer } from 'node:http';
import { Kairos } from '@kairos/core';
import { createHandler, toNodeListener } from '@kairos/http';
import { sql } from '@kairos/sql';

const load = await new Kairos([sql]).timeseries(process.argv[2], { type: 'gauge' });
const server = createServer(toNodeListener(createHandler({ load })));
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
