import { createConnection, createServer } from 'node:net';

/**
 * A proxy before a server on 127.0.0.1. Once slowed down, it delays answers, and cuts some connections
 * instead of answering.
 */
export class SlowProxy {
  #server;
  #sockets = new Set();
  /** Delay of an answer, in milliseconds. */
  delay = 0;
  /** Share of answers that are lost with their connection: 0.01 for one in a hundred. */
  cut = 0;
  cuts = 0;

  static async before(port) {
    const proxy = new SlowProxy();
    proxy.#server = createServer((client) => proxy.#join(client, createConnection(port, '127.0.0.1')));
    await new Promise((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port() {
    return this.#server.address().port;
  }

  #join(client, server) {
    for (const socket of [client, server]) {
      this.#sockets.add(socket.setNoDelay(true));
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    }
    client.on('data', (request) => server.write(request));
    server.on('data', (answer) => {
      if (Math.random() < this.cut) {
        this.cuts++;
        client.destroy();
        server.destroy();
      } else if (this.delay === 0) client.write(answer);
      // All delays are equal, so answers keep their order.
      else setTimeout(() => client.destroyed || client.write(answer), this.delay);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
