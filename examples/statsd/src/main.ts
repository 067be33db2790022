import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { demonstrate } from './demonstration.js';
import { StatsdServer } from './server.js';
import { closeSeries, openSeries } from './timeseries.js';
import { watch } from './watch.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    rate: { type: 'string', default: '300' },
    listen: { type: 'boolean', default: false },
    port: { type: 'string', default: '8125' },
  },
});

const url = process.env.REDIS_URL;
if (url === undefined) throw new Error('REDIS_URL is not set; expected the address of a Redis server');
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

if (values.listen) await listen(url, Number(values.port));
else await load(url, Number(values.seconds), Number(values.rate));

async function load(address: string, seconds: number, perSecond: number): Promise<void> {
  const packets = Math.round(seconds * perSecond);
  console.log(`${packets} statsd packets over UDP, ${perSecond} a second, into Redis\n`);
  const { sent, counted } = await demonstrate(
    address,
    { packets, perSecond },
    process.stdout,
    interrupted.signal,
  );
  console.log(
    `\n  sent     ${sent.packets} packets, ${sent.requests} requests, ${sent.visitors.size} visitors`,
  );
  console.log(
    `  counted  ${counted.packets} packets, ${counted.requests} requests, ${counted.visitors.size} visitors`,
  );
  if (counted.packets !== sent.packets || counted.requests !== sent.requests) process.exitCode = 1;
}

async function listen(address: string, port: number): Promise<void> {
  const series = await openSeries(address, 'statsd');
  const server = await StatsdServer.listen({ url: address, prefix: 'statsd' }, port);
  console.log(`Listening on 127.0.0.1:${server.port} (UDP); Ctrl-C ends it\n`);
  const watching = watch(series, server, process.stdout, interrupted.signal);
  if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort');
  await watching;
  await server.close();
  await closeSeries(series);
}
