import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A free port. The port 10,000 above it is free as well, for a cluster's bus. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (typeof address === 'object' && address !== null && address.port < 55_000) return address.port;
  }
}

/** Waits until a condition holds. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A server that a test can kill, restart and misconfigure. */
export class OwnServer {
  readonly #settings: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'kairos-redis-'));
  /** Its configuration file, if it needs one. */
  #config: readonly string[] = [];
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    settings: readonly string[],
  ) {
    this.#settings = settings;
    mkdirSync(this.#folder, { recursive: true });
  }

  static async start(...settings: string[]): Promise<OwnServer> {
    const server = new OwnServer(await freePort(), settings);
    await server.start();
    return server;
  }

  /** A Sentinel that watches a server under the name "main". It is not started yet. */
  static async sentinel(watched: OwnServer): Promise<OwnServer> {
    const sentinel = new OwnServer(await freePort(), ['--sentinel']);
    const file = join(sentinel.#folder, 'sentinel.conf');
    writeFileSync(file, `sentinel monitor main 127.0.0.1 ${watched.port} 1\n`);
    sentinel.#config = [file];
    return sentinel;
  }

  readonly host = '127.0.0.1';

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it on the same port with the same data. Without `ready`, it may still be loading the data. */
  async start({
    ready = true,
    settings = [],
  }: {
    ready?: boolean;
    settings?: readonly string[];
  } = {}): Promise<void> {
    const program = process.env.REDIS_SERVER_PROGRAM;
    if (!program) throw new Error('REDIS_SERVER_PROGRAM is not set; run the tests with "pnpm test"');
    const address = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const all = [...this.#config, ...address, '--save', '', ...this.#settings, ...settings];
    this.#process = spawn(program, all, { stdio: 'ignore' });
    if (ready) await until(`the server at ${this.port} answers`, () => this.#answers());
  }

  /** Kills it without warning, like a power cut. */
  async kill(): Promise<void> {
    const ended = this.#process;
    if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const exit = once(ended, 'exit');
    ended.kill('SIGKILL');
    await exit;
  }

  /** Stops the process: connections stay open, but nothing is answered until `resume`. */
  suspend(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const client = new Redis(this.port, {
      lazyConnect: true,
      retryStrategy: () => null,
      connectTimeout: 1000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.ping()) === 'PONG';
    } catch {
      return false;
    } finally {
      client.disconnect();
    }
  }
}

/** A cluster of servers for one test. Each master has the requested number of replicas. */
export class OwnCluster {
  private constructor(readonly nodes: readonly OwnServer[]) {}

  static async start(masters: number, replicas: number): Promise<OwnCluster> {
    const nodes: OwnServer[] = [];
    for (let index = 0; index < masters * (1 + replicas); index++) {
      nodes.push(await OwnServer.start('--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'));
    }
    const cluster = new OwnCluster(nodes);
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    cluster.cli('--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes');
    for (const { port } of nodes) {
      const client = new Redis(port);
      await until('the cluster is whole', async () => {
        const info = String(await client.cluster('INFO'));
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
      });
      client.disconnect();
    }
    return cluster;
  }

  get startupNodes(): { host: string; port: number }[] {
    return this.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  cli(...args: string[]): string {
    const program = process.env.REDIS_SERVER_PROGRAM ?? '';
    return execFileSync(program.replace(/-server$/, '-cli'), args, { encoding: 'utf8' });
  }

  async end(): Promise<void> {
    for (const node of this.nodes) await node.end();
  }
}
