import type mysql from 'mysql2';
import { type Stream, streamOf } from './mysql-stream.js';
import { endPool } from './pool-end.js';

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

  end(): Promise<void> {
    const ended = new Promise<void>((resolve, reject) => {
      this.pool.end((error) => (error ? reject(error) : resolve()));
    });
    return endPool(ended, this.#streams);
  }
}
