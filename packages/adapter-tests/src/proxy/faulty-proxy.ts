import { createConnection, createServer, type Server, type Socket } from 'node:net';

/**
 * How a proxy behaves. `pass`: forwards everything. `refuse`: connections end at once. `silent`: accepts new
 * connections, and never answers. `frozen`: no byte passes any connection, either way. `vanish`: the next answer ends
 * after its first byte, and so does its connection.
 */
export type ProxyFault = 'pass' | 'refuse' | 'silent' | 'frozen' | 'vanish';

/**
 * Stands between a client and a server, and simulates failures of servers and networks.
 *
 * @example
 * ```ts
 * const proxy = await FaultyProxy.before({ host: '127.0.0.1', port: 5432 });
 * const hits = await kairos.timeseries(`postgres://kairos@127.0.0.1:${proxy.port}/postgres`, options);
 * proxy.fault = 'frozen';
 * await assert.rejects(hits.insert('home'));
 * await proxy.close();
 * ```
 */
export class FaultyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Socket>();
  #fault: ProxyFault = 'pass';

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((client) => {
      this.#keep(client);
      this.#clients.add(client);
      client.on('close', () => this.#clients.delete(client));
      if (this.#fault === 'refuse') {
        client.destroy();
        return;
      }
      if (this.#fault === 'silent') {
        client.resume();
        return;
      }
      const server = createConnection(target.port, target.host);
      this.#keep(server);
      client.on('data', (request) => server.write(request));
      server.on('data', (answer) => {
        if (this.#fault !== 'vanish') {
          client.write(answer);
          return;
        }
        this.#fault = 'pass';
        client.end(answer.subarray(0, 1), () => client.destroy());
        server.destroy();
      });
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async before(target: { readonly host: string; readonly port: number }): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy does not listen');
    return address.port;
  }

  /** Number of open client connections. */
  get connections(): number {
    return this.#clients.size;
  }

  get fault(): ProxyFault {
    return this.#fault;
  }

  set fault(fault: ProxyFault) {
    this.#fault = fault;
    for (const socket of this.#sockets) {
      if (fault === 'frozen') socket.pause();
      else socket.resume();
    }
  }

  /** Ends every connection, like a server that dies. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#fault === 'frozen') socket.pause();
  }
}
