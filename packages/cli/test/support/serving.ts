import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { ListenerStatus, Status } from '../../src/serve/status.js';
import { type RunOptions, start } from './kairos.js';

/** A running `kairos serve`. */
export class Serving {
  log = '';
  readonly #child: ReturnType<typeof start>;
  readonly #ended: Promise<number | null>;

  private constructor(args: readonly string[], options: RunOptions) {
    this.#child = start(['serve', '--listen', '127.0.0.1:0', ...args], options);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
    this.#ended = once(this.#child, 'close').then(([code]) => code);
  }

  /** Resolves when it listens. */
  static async start(args: readonly string[], options: RunOptions): Promise<Serving> {
    const serving = new Serving(args, options);
    const titles = ['http', 'carbon', 'statsd'].filter(
      (each) => each === 'http' || args.includes(`--${each}`),
    );
    await until('listening', async () => {
      if (serving.#child.exitCode !== null) throw new Error(`It has ended: ${serving.log}`);
      return titles.every((title) => serving.log.includes(`${title}: listening on `));
    });
    return serving;
  }

  portOf(title: 'http' | 'carbon' | 'statsd'): number {
    const port = new RegExp(`${title}: listening on \\S+:(\\d+)`).exec(this.log)?.[1];
    if (port === undefined) throw new Error(`No port of ${title}: ${this.log}`);
    return Number(port);
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.portOf('http')}${path}`, init);
  }

  async status(): Promise<Status> {
    const response = await this.fetch('/api/status');
    const status: unknown = await response.json();
    return status as Status;
  }

  async statusOf(title: 'carbon' | 'statsd'): Promise<ListenerStatus> {
    const found = (await this.status()).listeners[title];
    if (found === undefined) throw new Error(`No listener ${title}`);
    return found;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves to its exit code. */
  async end(name: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.signal(name);
    return this.#ended;
  }

  /** Sends packets to Carbon one by one, then closes the connection. */
  async carbon(...packets: readonly (string | Buffer)[]): Promise<void> {
    const socket = connect(this.portOf('carbon'), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    for (const packet of packets) {
      if (!socket.write(packet)) await Promise.race([once(socket, 'drain'), closed]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    socket.end();
    socket.resume();
    await closed;
  }

  async statsd(...packets: readonly string[]): Promise<void> {
    const socket = createSocket('udp4');
    for (const packet of packets) {
      await new Promise((resolve) => socket.send(packet, this.portOf('statsd'), '127.0.0.1', resolve));
    }
    socket.close();
  }
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
