/** Serves the timeseries of a file by Graphite's API, and tells the port to its parent. */
import { createServer } from 'node:http';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { graphite } from '../packages/http/dist/graphite/index.js';

const load = await new Kairos([sql]).timeseries(process.argv[2], { type: 'gauge' });
const context = { timeseries: new Map([['load', load]]), maxBuckets: 100_000 };
const server = createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url, 'http://127.0.0.1');
  const answer = await graphite(new Request(url), url, context);
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  outgoing.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
