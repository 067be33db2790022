import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from './address.js';
import { GaugeLevels } from './gauge-levels.js';
import type { Intake } from './intake.js';
import { type Listener, nowSeconds } from './listener.js';
import { type Log, quoted } from './log.js';
import { type Metric, parsePacket } from './statsd.js';

/** Receive buffer for packets that arrive while this process is busy. The system may grant less. */
const RECEIVE_BYTES = 4 << 20;

/** When closing, how long to wait for packets that the system still holds. */
const LAST_MILLISECONDS = 100;

/** The statsd protocol over UDP. */
export class StatsdListener implements Listener {
  readonly title = 'statsd';
  readonly intake: Intake;
  readonly #socket: Socket;
  readonly #log: Log;
  readonly #levels = new GaugeLevels();
  readonly #seen = { packets: 0, lines: 0, bad: 0 };

  private constructor(socket: Socket, intake: Intake, log: Log) {
    this.#socket = socket;
    this.intake = intake;
    this.#log = log;
    socket.on('message', (packet) => this.#receive(packet.toString('utf8')));
    socket.on('error', ({ message }) => log.now('statsd error', `statsd: ${message}`));
  }

  static async listen(address: Address, intake: Intake, log: Log): Promise<StatsdListener> {
    const socket = createSocket({
      type: isIPv6(address.host) ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BYTES,
    });
    socket.bind(address.port, address.host);
    await once(socket, 'listening');
    return new StatsdListener(socket, intake, log);
  }

  get address(): Address {
    const { address: host, port } = this.#socket.address();
    return { host, port };
  }

  get seen() {
    return { ...this.#seen };
  }

  async close(): Promise<void> {
    await sleep(LAST_MILLISECONDS);
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #receive(text: string): void {
    const { metrics, refused } = parsePacket(text);
    const now = nowSeconds();
    for (const metric of metrics) this.#take(metric, now);
    this.#seen.packets++;
    this.#seen.lines += metrics.length + refused.length;
    this.#seen.bad += refused.length;
    const [line] = refused;
    if (line !== undefined) {
      this.#log.now('statsd bad', `statsd: no line that can be read: ${quoted(line)}`, refused.length);
    }
  }

  #take(metric: Metric, now: number): void {
    const { intake } = this;
    const { type, name } = metric;
    if (type === 'count') intake.add(type, name, now, metric.amount);
    else if (type === 'gauge') intake.add(type, name, now, this.#levels.next(metric));
    else if (type === 'set') intake.add(type, name, now, metric.member);
    else intake.add(type, name, now, metric.value, metric.occurrences);
  }
}
