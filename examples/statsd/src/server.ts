import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { MetricBuffer } from './metric-buffer.js';
import { parsePacket } from './protocol.js';
import type { StatsdSeries } from './timeseries.js';

/** Four times a second. */
const FLUSH_EVERY = 250;

/** What a server has seen so far. */
export interface Tally {
  readonly packets: number;
  readonly metrics: number;
  /** Lines that could not be read. */
  readonly refused: number;
  /** Metrics that did not fit into the buffer. */
  readonly dropped: number;
  /** Values that wait to be stored. */
  readonly waiting: number;
  /** Values whose fate the store did not tell. */
  readonly unknown: number;
}

/** A statsd server on 127.0.0.1. */
export class StatsdServer {
  readonly #socket: Socket;
  readonly #buffer: MetricBuffer;
  readonly #seen = { packets: 0, metrics: 0, refused: 0 };
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(socket: Socket, series: StatsdSeries) {
    this.#socket = socket;
    this.#buffer = new MetricBuffer(series);
    socket.on('message', (packet) => this.#receive(packet.toString('utf8')));
    this.#schedule();
  }

  /** Listens on a port, or on a free one where it is 0. */
  static async listen(series: StatsdSeries, port: number): Promise<StatsdServer> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new StatsdServer(socket, series);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get tally(): Tally {
    const { waiting, unknown } = this.#buffer.values;
    return { ...this.#seen, dropped: this.#buffer.dropped, waiting, unknown };
  }

  /** Why the last flush failed; `undefined` where it did not. */
  get error(): Error | undefined {
    return this.#buffer.error;
  }

  /** Listens no more, and writes what waits. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
    await once(this.#socket, 'close');
    await this.#flushing;
    await this.#buffer.flush();
  }

  #receive(text: string): void {
    const { metrics, refused } = parsePacket(text);
    const second = Math.floor(Date.now() / 1000);
    for (const metric of metrics) this.#buffer.add(metric, second);
    this.#seen.packets++;
    this.#seen.metrics += metrics.length;
    this.#seen.refused += refused.length;
  }

  /** One flush begins after the last has ended, so that a slow store gets fewer and larger ones. */
  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#flushing = this.#buffer.flush().finally(() => this.#schedule());
    }, FLUSH_EVERY);
  }
}
