import { createSocket } from 'node:dgram';
import { Redis } from 'ioredis';
import { demonstrate } from '../src/demonstration.js';
import { StatsdServer } from '../src/server.js';
import { snapshot } from '../src/snapshot.js';
import { closeSeries, openSeries, type StatsdSeries } from '../src/timeseries.js';
import { totals } from '../src/totals.js';

const wanted = process.env.TEST_REDIS !== 'false';

function redisUrl(): string {
  const url = process.env.REDIS_URL;
  if (!url) throw new Error('REDIS_URL is not set; run the tests with "pnpm test"');
  return url;
}

/** Waits until a condition holds. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function send(port: number, ...packets: string[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const packet of packets) {
    await new Promise((resolve) => socket.send(packet, port, '127.0.0.1', resolve));
  }
  socket.close();
}

(wanted ? describe : describe.skip)('The statsd listener, with Redis', () => {
  let series: StatsdSeries;
  let server: StatsdServer | undefined;
  let since: number;
  let prefix: string;

  beforeEach(async () => {
    prefix = `statsd-test-${process.pid}-${Date.now()}`;
    since = Math.floor(Date.now() / 1000);
    series = await openSeries(redisUrl(), prefix);
  });

  afterEach(async () => {
    await server?.close();
    server = undefined;
    for (const each of Object.values(series)) await each.deleteAll();
    await closeSeries(series);
  });

  const range = () => ({ start: since, end: Date.now() / 1000, collapse: true }) as const;
  const first = <R>(data: Map<number, R>) => [...data.values()][0];

  async function listen(): Promise<StatsdServer> {
    server = await StatsdServer.listen({ url: redisUrl(), prefix }, 0);
    return server;
  }

  it('counts everything that a load sends', async () => {
    const lines: string[] = [];
    const output = { write: (text: string) => lines.push(text) > 0 };
    const { sent, counted, tally } = await demonstrate(redisUrl(), { packets: 800, perSecond: 400 }, output);
    expect(sent.packets).toBe(800);
    expect(sent.lookups).toBe(800);
    expect(counted).toEqual({ ...sent });
    expect(tally).toMatchObject({ packets: 800, metrics: 4400, refused: 0, dropped: 0, unknown: 0 });
  });

  it('leaves nothing of a load behind', async () => {
    await demonstrate(redisUrl(), { packets: 20, perSecond: 400 }, { write: () => true });
    const client = new Redis(redisUrl());
    const keys: unknown[] = [];
    for await (const found of client.scanStream({ match: `*statsd-example-${process.pid}-*` })) {
      keys.push(...found);
    }
    client.disconnect();
    expect(keys).toEqual([]);
  });

  it('stores each type of a packet, and goes on after lines that it cannot read', async () => {
    const listening = await listen();
    await send(
      listening.port,
      'a:2|c\nnonsense\na:1|c|@0.1\nt:30|ms|@0.5\nt:40|h',
      'g:5|g\ng:+3|g\ng:-1|g\ns:x|s\ns:y|s\ns:x|s',
    );
    await until('two packets', async () => {
      const { packets, waiting } = await listening.tally();
      return packets === 2 && waiting === 0;
    });
    expect(await listening.tally()).toMatchObject({ metrics: 10, refused: 1, dropped: 0 });
    expect(first(await series.counts.series('a', 'minute', range()))).toBe(12);
    expect(first(await series.histograms.series('t', 'minute', range()))).toEqual(
      new Map([
        [30, 2],
        [40, 1],
      ]),
    );
    expect(first(await series.gauges.series('g', 'minute', range()))).toBe(7);
    expect(first(await series.sets.series('s', 'minute', range()))).toEqual(new Set(['x', 'y']));
  });

  it('puts back what Redis refuses, and stores it once Redis takes it', async () => {
    const admin = new Redis(redisUrl());
    const user = prefix;
    await admin.acl('SETUSER', user, 'on', '>secret', '~*', '&*', '+@all');
    const address = new URL(redisUrl());
    address.username = user;
    address.password = 'secret';
    const refused = await StatsdServer.listen({ url: address.href, prefix }, 0);
    server = refused;
    try {
      await admin.acl('SETUSER', user, '-@all');
      await send(refused.port, 'http.requests:5|c\nqueue.length:1|g\nvisitors:x|s\nhttp.time:30|ms');
      await until('a refusal', async () => {
        const { error, waiting } = await refused.tally();
        return error !== null && waiting === 4;
      });
      await send(refused.port, 'http.requests:7|c\nqueue.length:2|g\nvisitors:y|s');
      await until('the second packet', async () => (await refused.tally()).packets === 2);
      expect((await totals(series, since)).requests).toBe(0);
      await admin.acl('SETUSER', user, '+@all');
      await until('the store to take it', async () => {
        const { error, waiting } = await refused.tally();
        return error === null && waiting === 0;
      });
      expect(await refused.tally()).toMatchObject({ dropped: 0, refused: 0, unknown: 0 });
      expect(await totals(series, since)).toMatchObject({
        requests: 12,
        queue: 2,
        milliseconds: new Map([[30, 1]]),
        visitors: new Set(['x', 'y']),
      });
    } finally {
      await admin.acl('DELUSER', user);
      admin.disconnect();
    }
  });

  it('shows rates and percentiles of whole seconds', async () => {
    const now = since;
    await series.counts.bulkInsert(
      new Map([
        [now - 1, { hits: [30] }],
        [now - 10, { hits: [20] }],
        [now, { hits: [9] }],
      ]),
    );
    await series.histograms.insert('time', [...Array(94).fill(10), ...Array(6).fill(200)], {
      timestamp: now - 3,
    });
    await series.gauges.insert('level', 4, { timestamp: now - 2 });
    await series.sets.insert('users', ['a', 'b'], { timestamp: now - 2 });
    expect(await snapshot(series, now, 10)).toEqual({
      rates: [{ name: 'hits', perSecond: 5 }],
      times: [{ name: 'time', count: 100, mean: 21.4, p95: 200 }],
      gauges: [{ name: 'level', level: '4' }],
      sets: [{ name: 'users', distinct: 2 }],
    });
  });
});
