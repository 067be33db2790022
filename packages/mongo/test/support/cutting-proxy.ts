import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A proxy that can break a connection after the server has answered. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #command: Buffer | undefined;

  constructor(target: URL) {
    this.#server = createServer((client) => {
      const server = createConnection(Number(target.port), target.hostname);
      let doomed = false;
      for (const socket of [client, server]) this.#sockets.add(socket.on('error', () => undefined));
      client.on('data', (request) => {
        if (this.#command !== undefined && request.includes(this.#command)) {
          doomed = true;
          this.#command = undefined;
        }
        server.write(request);
      });
      server.on('data', (reply) => {
        if (doomed) for (const socket of [client, server]) socket.destroy();
        else client.write(reply);
      });
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    });
  }

  /** Starts to listen. Resolves to the URL that leads through the proxy. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
    return `mongodb://127.0.0.1:${address.port}/?directConnection=true`;
  }

  /** Lets the next command of this name reach the server, but drops its answer. */
  cutAnswerTo(command: string): void {
    this.#command = Buffer.from(`\u0002${command}\0`);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
