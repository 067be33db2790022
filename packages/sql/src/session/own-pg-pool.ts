import type pg from 'pg';
import { withDefault } from './pg-probe.js';

type Pg = typeof pg;

/** How long a server may take to accept a connection, and to see one off. */
const CONNECT_MILLISECONDS = 10_000;
const END_MILLISECONDS = 2000;

/** A pool that was opened from a URL. */
export class OwnPool {
  readonly pool: pg.Pool;
  readonly #streams = new Set<Stream>();

  constructor({ Pool, Client }: Pick<Pg, 'Pool' | 'Client'>, url: string, clientConfig: object) {
    /** A pool that is given the time of connecting takes it for the time of waiting for a client, too. */
    class PatientClient extends Client {
      constructor(options: object = {}) {
        super(withDefault(options, 'connectionTimeoutMillis', CONNECT_MILLISECONDS));
      }
    }
    // A peer that is gone without a word is found by the system in half a minute.
    const alive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
    const config = { connectionString: url, Client: PatientClient, ...alive, ...clientConfig };
    this.pool = new Pool(config);
    // A connection that is lost while nobody uses it is replaced; without a listener it would end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => this.#keep(client));
  }

  /** Ends the pool. A server that does not answer is not waited for, nor does it keep the process alive. */
  async end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MILLISECONDS).unref();
    });
    await Promise.race([this.pool.end(), late]);
    clearTimeout(timer);
    for (const stream of this.#streams) {
      stream.unref?.();
      setTimeout(() => stream.destroy(), END_MILLISECONDS).unref();
    }
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

interface Stream {
  destroy(): unknown;
  unref?(): unknown;
}

function isStream(stream: unknown): stream is Stream {
  return (
    typeof stream === 'object' && stream !== null && typeof Reflect.get(stream, 'destroy') === 'function'
  );
}
