import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Address, written } from './address.js';
import { isPickle, parseCarbonLine } from './carbon.js';
import type { Intake } from './intake.js';
import { LineSplitter } from './lines.js';
import { type Listener, nowSeconds } from './listener.js';
import { type Log, quoted } from './log.js';

/** Maximum length of a line in Carbon. */
const LONGEST_LINE = 16_384;

/** When closing, ends a connection that has been silent for this long, … */
const QUIET_MILLISECONDS = 200;
/** … and any other connection after this long. */
const LAST_MILLISECONDS = 5000;

/** Carbon's plaintext protocol over TCP. */
export class CarbonListener implements Listener {
  readonly title = 'carbon';
  readonly intake: Intake;
  readonly #server: Server;
  readonly #log: Log;
  readonly #sockets = new Set<Socket>();
  #isSlow = false;
  readonly #seen = { lines: 0, bad: 0, connections: 0, pickle: 0 };

  private constructor(server: Server, intake: Intake, log: Log) {
    this.#server = server;
    this.intake = intake;
    this.#log = log;
    server.on('connection', (socket) => this.#accept(socket));
    server.on('error', ({ message }) => log.now('carbon error', `carbon: ${message}`));
  }

  static async listen(address: Address, intake: Intake, log: Log): Promise<CarbonListener> {
    // After a sender has finished, some of its data may still be on the way.
    const server = createServer({ allowHalfOpen: true });
    server.listen(address.port, address.host);
    await once(server, 'listening');
    return new CarbonListener(server, intake, log);
  }

  get address(): Address {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The listener is closed');
    return { host: address.address, port: address.port };
  }

  get seen() {
    return { ...this.#seen, connections: this.#sockets.size };
  }

  async close(): Promise<void> {
    this.#server.close();
    const closing = [...this.#sockets].map(async (socket) => {
      socket.end();
      const last = setTimeout(() => socket.destroy(), LAST_MILLISECONDS);
      socket.setTimeout(QUIET_MILLISECONDS, () => this.#endQuiet(socket));
      if (!socket.closed) await once(socket, 'close');
      clearTimeout(last);
    });
    await Promise.all(closing);
  }

  /** Ends a socket after some silence, unless it is silent because its sender has to wait. */
  #endQuiet(socket: Socket): void {
    if (this.#isSlow) socket.setTimeout(QUIET_MILLISECONDS);
    else socket.destroy();
  }

  #accept(socket: Socket): void {
    const splitter = new LineSplitter(LONGEST_LINE);
    let isFirst = true;
    this.#sockets.add(socket);
    if (this.#isSlow) socket.pause();
    socket.on('data', (chunk: Buffer) => {
      if (isFirst && isPickle(chunk[0])) return this.#refusePickle(socket);
      isFirst = false;
      const before = splitter.overlong;
      this.#take(splitter.push(chunk));
      this.#overlong(splitter.overlong - before);
      this.#slow();
    });
    socket.on('end', () => {
      const rest = splitter.end();
      if (rest !== undefined) this.#take([rest]);
      socket.end();
    });
    socket.on('error', ({ message }) =>
      this.#log.now('carbon connection', `carbon: a connection broke: ${message}`),
    );
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #take(lines: readonly string[]): void {
    const now = nowSeconds();
    for (const line of lines) {
      const point = parseCarbonLine(line);
      if (point !== undefined) {
        this.#seen.lines++;
        this.intake.add('value', point.path, point.timestamp ?? now, point.value);
      } else if (line.trim() !== '') {
        this.#seen.lines++;
        this.#seen.bad++;
        this.#log.now('carbon bad', `carbon: no line that can be read: ${quoted(line)}`);
      }
    }
  }

  #overlong(count: number): void {
    if (count === 0) return;
    this.#seen.lines += count;
    this.#seen.bad += count;
    this.#log.now('carbon overlong', `carbon: a line is longer than ${LONGEST_LINE} bytes`, count);
  }

  /** Pauses all senders until there is room. */
  #slow(): void {
    if (this.#isSlow || !this.intake.isFull) return;
    this.#isSlow = true;
    for (const socket of this.#sockets) socket.pause();
    this.intake.onRoom(() => {
      this.#isSlow = false;
      for (const socket of this.#sockets) socket.resume();
    });
  }

  #refusePickle(socket: Socket): void {
    this.#seen.pickle++;
    const { remoteAddress: host = '', remotePort: port = 0 } = socket;
    this.#log.now(
      'carbon pickle',
      `carbon: ${written({ host, port })} speaks the pickle protocol, which is refused; expected plaintext lines`,
    );
    socket.destroy();
  }
}
