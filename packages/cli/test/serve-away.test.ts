import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { printed, temporaryFolder } from './support/kairos.js';
import { Serving, until } from './support/serving.js';

const cwd = temporaryFolder();
const START = 1_700_000_000 - (1_700_000_000 % 60);
const define = ['--define', '{"minute":{"step":60}}'];

/** A separate Redis that keeps acknowledged writes. Tests kill it. */
class Store {
  readonly #port: number;
  #child: ChildProcess | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  start(): void {
    const folder = join(cwd, `redis-${this.#port}`);
    mkdirSync(folder, { recursive: true });
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const place = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', folder];
    const program = process.env.REDIS_SERVER_PROGRAM;
    if (!program) throw new Error('REDIS_SERVER_PROGRAM is not set; run the tests with "pnpm test"');
    this.#child = spawn(program, [...place, ...durable], { stdio: 'ignore' });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** Starts a store, and `kairos serve` once it answers. */
async function servingOn(store: Store, flags: readonly string[]): Promise<Serving> {
  store.start();
  let serving: Serving | undefined;
  await until('the store', async () => {
    serving = await Serving.start(flags, { cwd }).catch(() => undefined);
    return serving !== undefined;
  });
  if (serving === undefined) throw new Error('It does not serve');
  return serving;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const total = async (url: string, names: readonly string[], steps: number) => {
  const range = ['--interval', 'minute', '--start', String(START), '--steps', String(steps), '--collapse'];
  const text = await printed(['series', url, '--type', 'count', ...names, ...range, '--format', 'csv'], {
    cwd,
  });
  return Number(text.trim().split(',').at(-1));
};

/** A number of lines that count one each. */
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `n${index % 10} 1 ${START + (index % 60)}\n`).join('');
const names = Array.from({ length: 10 }, (_, index) => `n${index}`);

describe('kairos serve, with a store that is away', () => {
  const run = process.env.TEST_REDIS === 'false' ? it.skip : it;

  run(
    'keeps lines up to its bound, drops and counts the others, and stores what it kept once the store is back',
    async () => {
      const store = new Store(await freePort());
      const flags = [`one=${store.url}`, '--type', 'count', ...define, '--keep', '2000', '--carbon', '0'];
      let serving: Serving | undefined;
      try {
        const running = await servingOn(store, flags);
        serving = running;
        const carbon = async () => running.statusOf('carbon');
        await running.carbon(lines(500));
        await until('the first lines', async () => (await carbon()).stored === 500);
        await store.kill();
        await running.carbon(lines(1000));
        await until('the error', async () => (await running.status()).timeseries.one?.error !== null);
        await running.carbon(lines(3000));
        await until('all lines', async () => (await carbon()).lines === 4500);
        const away = await carbon();
        expect(away.waiting + away.unknown).toBeLessThanOrEqual(3000);
        expect(away.waiting).toBe(2000);
        expect(away.dropped).toBe(4500 - 500 - 2000 - away.unknown);
        expect((await running.status()).timeseries.one?.dropped).toBe(away.dropped);
        expect(running.log).toContain('lines wait for the store; what comes now is dropped');
        expect(running.log).toMatch(/timeseries "one" takes nothing, \d+ lines wait: /);
        store.start();
        await until('the store to be back', async () => (await carbon()).waiting === 0);
        const { stored, dropped, unknown, refused } = await carbon();
        expect([stored + dropped + unknown, refused]).toEqual([4500, 0]);
        expect(running.log).toContain('timeseries "one" takes lines again');
        const counted = await total(store.url, names, 1);
        expect(counted).toBeGreaterThanOrEqual(stored);
        expect(counted).toBeLessThanOrEqual(stored + unknown);
        expect(await running.end()).toBe(0);
        // What the log held back while the store was away no longer holds.
        expect(running.log.split('takes lines again').at(-1)).not.toContain('takes nothing');
      } finally {
        await serving?.end('SIGKILL');
        await store.kill();
      }
    },
    120_000,
  );

  run(
    'drops nothing of another store, over UDP too',
    async () => {
      const store = new Store(await freePort());
      const sources = { away: store.url, there: 'sqlite:there.sqlite' };
      const timeseries = Object.fromEntries(
        Object.entries(sources).map(([name, source]) => [
          name,
          { source, type: 'count', intervals: { minute: { step: 60 } } },
        ]),
      );
      const rules = Object.keys(sources).map((name) => ({ match: `${name}.**`, timeseries: name }));
      writeFileSync(join(cwd, 'two.mjs'), `export default ${JSON.stringify({ timeseries, rules })};`);
      const flags = ['--config', 'two.mjs', '--keep', '100', '--statsd', '0'];
      let serving: Serving | undefined;
      try {
        const running = await servingOn(store, flags);
        serving = running;
        const status = async () => (await running.status()).timeseries;
        await store.kill();
        await running.statsd('away.a:1|c');
        await until('the error', async () => (await status()).away?.error !== null);
        await running.statsd(
          ...Array<string>(200).fill('away.a:1|c'),
          ...Array<string>(50).fill('there.a:1|c'),
        );
        await until('all lines', async () => (await running.statusOf('statsd')).lines === 251);
        await until('those of the other store', async () => (await status()).there?.stored === 50);
        const { away, there } = await status();
        expect([away?.waiting, there?.dropped]).toEqual([100, 0]);
        expect((away?.dropped ?? 0) + (away?.unknown ?? 0)).toBe(101);
      } finally {
        await serving?.end('SIGKILL');
        await store.kill();
      }
    },
    120_000,
  );

  run(
    'ends with 1, and says how many lines were not stored, where the store does not come back in time',
    async () => {
      const store = new Store(await freePort());
      let serving: Serving | undefined;
      try {
        const flags = [`one=${store.url}`, '--type', 'count', ...define, '--grace', '1', '--carbon', '0'];
        serving = await servingOn(store, flags);
        await store.kill();
        await serving.carbon(lines(100));
        expect(await serving.end()).toBe(1);
        expect(serving.log).toMatch(/kairos: \d+ lines were not stored within 1 s, and are dropped\n$/);
      } finally {
        await store.kill();
      }
    },
    120_000,
  );
});

describe('kairos serve, with a store that is slow', () => {
  it('lets Carbon wait, and drops nothing', async () => {
    const url = 'sqlite:slow.sqlite';
    const flags = [`one=${url}`, '--type', 'count', ...define, '--keep', '2000', '--carbon', '0'];
    const serving = await Serving.start(flags, { cwd });
    const senders = Array.from({ length: 5 }, () => serving.carbon(lines(20_000), lines(20_000)));
    await Promise.all(senders);
    expect((await serving.statusOf('carbon')).dropped).toBe(0);
    expect(await serving.end()).toBe(0);
    expect(await total(url, names, 1)).toBe(200_000);
  }, 60_000);
});
