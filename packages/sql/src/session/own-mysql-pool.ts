import type mysql from 'mysql2';
import { type Stream, streamOf } from './mysql-stream.js';

/** How long a server may take to see a pool off. */
const END_MILLISECONDS = 2000;

/** A pool that was opened from a URL. */
export class OwnMysqlPool {
  readonly pool: mysql.Pool;
  readonly #streams = new Set<Stream>();

  constructor(driver: Pick<typeof mysql, 'createPool'>, url: string, clientConfig: object) {
    this.pool = driver.createPool({ uri: url.replace(/^mariadb:/i, 'mysql:'), ...clientConfig });
    this.pool.on('connection', (connection) => {
      const stream = streamOf(connection);
      if (stream === undefined) return;
      this.#streams.add(stream);
      stream.once('close', () => this.#streams.delete(stream));
    });
  }

  /** Ends the pool. A server that does not answer is not waited for, nor does it keep the process alive. */
  async end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MILLISECONDS).unref();
    });
    const ended = new Promise<void>((resolve, reject) => {
      this.pool.end((error) => (error ? reject(error) : resolve()));
    });
    try {
      await Promise.race([ended, late]);
    } finally {
      clearTimeout(timer);
      for (const stream of this.#streams) {
        stream.unref?.();
        setTimeout(() => stream.destroy(), END_MILLISECONDS).unref();
      }
    }
  }
}
