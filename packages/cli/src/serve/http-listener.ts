import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type Handler, toNodeListener } from '@kairos/http';
import type { Address } from './address.js';

/** When closing, how long pending requests may take. */
const LAST_MILLISECONDS = 5000;

/** Serves a request handler with Node's own server. */
export class HttpListener {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen({ host, port }: Address, handler: Handler): Promise<HttpListener> {
    const server = createServer(toNodeListener(handler));
    server.listen(port, host);
    await once(server, 'listening');
    return new HttpListener(server);
  }

  get address(): Address {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The listener is closed');
    return { host: address.address, port: address.port };
  }

  /** Stops listening. Resolves when pending requests are answered. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    const last = setTimeout(() => this.#server.closeAllConnections(), LAST_MILLISECONDS);
    await closed;
    clearTimeout(last);
  }
}
