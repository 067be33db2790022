import type pg from 'pg';
import { withDefault } from './pg-probe.js';
import { endPool, type Socket } from './pool-end.js';

type Pg = typeof pg;

/** How long a server may take to accept a connection. */
const CONNECT_MILLISECONDS = 10_000;

/** A pool that was opened from a URL. */
export class OwnPool {
  readonly pool: pg.Pool;
  readonly #streams = new Set<Socket>();

  constructor({ Pool, Client }: Pick<Pg, 'Pool' | 'Client'>, url: string, clientConfig: object) {
    /**
     * Sets the time limit of connecting. If the pool had it, the pool would apply it to waiting for a free
     * client as well.
     */
    class PatientClient extends Client {
      constructor(options: object = {}) {
        super(withDefault(options, 'connectionTimeoutMillis', CONNECT_MILLISECONDS));
        // Nobody else listens between connecting and handing out. One chunk from the server may contain both
        // the end of the start-up and the notice that it is closing.
        this.on('error', () => undefined);
      }
    }
    // With keep-alive, the system detects a dead peer in half a minute.
    const alive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
    const config = { connectionString: url, Client: PatientClient, ...alive, ...clientConfig };
    this.pool = new Pool(config);
    // The pool replaces idle connections that are lost. Without a listener, the error would end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => this.#keep(client));
  }

  end(): Promise<void> {
    return endPool(this.pool.end(), this.#streams);
  }

  #keep(client: pg.PoolClient): void {
    const connection: unknown = Reflect.get(client, 'connection');
    const stream: unknown =
      typeof connection === 'object' && connection !== null ? Reflect.get(connection, 'stream') : undefined;
    if (!isStream(stream)) return;
    this.#streams.add(stream);
    client.once('end', () => this.#streams.delete(stream));
  }
}

function isStream(stream: unknown): stream is Socket {
  return (
    typeof stream === 'object' && stream !== null && typeof Reflect.get(stream, 'destroy') === 'function'
  );
}
