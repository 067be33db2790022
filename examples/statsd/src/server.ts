import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What a server has seen so far. */
export interface Tally {
  readonly packets: number;
  readonly metrics: number;
  /** Lines that cannot be read, or that Redis will not have. */
  readonly refused: number;
  /** Lines that came while as many waited as are kept. */
  readonly dropped: number;
  /** Lines that wait to be stored. */
  readonly waiting: number;
  /** Lines whose fate Redis did not tell. */
  readonly unknown: number;
  /** Why Redis takes nothing at the moment. */
  readonly error: string | null;
}

/** Of `/api/status`, what is shown. */
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

/** Where `kairos serve` keeps what it receives. */
export interface Place {
  readonly url: string;
  readonly prefix: string;
}

/** `kairos serve` with the configuration beside this file, as a process of its own. */
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

  /** Listens on a port, or on a free one where it is 0. Run it in the folder of the example. */
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

  /** Listens no more, stores what waits, and ends. */
  async close(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  #portOf(title: string): number | undefined {
    const port = new RegExp(`^${title}: listening on \\S+:(\\d+)$`, 'm').exec(this.#log)?.[1];
    return port === undefined ? undefined : Number(port);
  }
}
