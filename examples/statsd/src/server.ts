import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The server's statistics so far. */
export interface Tally {
  readonly packets: number;
  readonly metrics: number;
  /** Lines that could not be parsed, or that Redis refused. */
  readonly refused: number;
  /** Lines that came while the queue was full. */
  readonly dropped: number;
  /** Lines queued for Redis. */
  readonly waiting: number;
  /** Lines that may or may not be stored. */
  readonly unknown: number;
  /** The error if Redis accepts nothing at the moment. */
  readonly error: string | null;
}

/** The part of `/api/status` that is shown. */
interface Status {
  readonly listeners: {
    readonly statsd: {
      readonly [figure in
        | 'packets'
        | 'lines'
        | 'bad'
        | 'refused'
        | 'dropped'
        | 'waiting'
        | 'unknown']: number;
    };
  };
  readonly timeseries: { readonly [name: string]: { readonly error: string | null } };
}

/** Where `kairos serve` stores its data. */
export interface Place {
  readonly url: string;
  readonly prefix: string;
}

/** Runs `kairos serve` in a child process, with the configuration next to this file. */
export class StatsdServer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #log = '';

  private constructor({ url, prefix }: Place, port: number) {
    const packageFile = createRequire(join(process.cwd(), 'x.js')).resolve('@kairos/cli/package.json');
    const command = join(dirname(packageFile), 'dist', 'bin.js');
    const listeners = ['--listen', '127.0.0.1:0', '--statsd', String(port)];
    this.#child = spawn(
      process.execPath,
      [command, 'serve', '--config', join('dist', 'config.js'), ...listeners],
      { env: { ...process.env, REDIS_URL: url, STATSD_PREFIX: prefix }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    this.#ended = once(this.#child, 'close');
  }

  /** Listens on a port; 0 chooses a free one. Run it in the folder of the example. */
  static async listen(place: Place, port: number): Promise<StatsdServer> {
    const server = new StatsdServer(place, port);
    while (server.#portOf('http') === undefined || server.#portOf('statsd') === undefined) {
      if (server.#child.exitCode !== null) throw new Error(server.#log.trim());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return server;
  }

  get port(): number {
    return this.#portOf('statsd') ?? 0;
  }

  async tally(): Promise<Tally> {
    const response = await fetch(`http://127.0.0.1:${this.#portOf('http')}/api/status`);
    const status: unknown = await response.json();
    const { listeners, timeseries } = status as Status;
    const { packets, lines, bad, refused, dropped, waiting, unknown } = listeners.statsd;
    const error = Object.values(timeseries).find((each) => each.error !== null)?.error ?? null;
    return { packets, metrics: lines - bad, refused: bad + refused, dropped, waiting, unknown, error };
  }

  /** Stops listening, stores queued lines, and ends. */
  async close(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  #portOf(title: string): number | undefined {
    const port = new RegExp(`^${title}: listening on \\S+:(\\d+)$`, 'm').exec(this.#log)?.[1];
    return port === undefined ? undefined : Number(port);
  }
}
