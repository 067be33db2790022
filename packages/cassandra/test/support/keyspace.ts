import { type CassandraOptions, cassandra } from '@kairos/cassandra';
import { Kairos } from '@kairos/core';
import type { Client } from 'cassandra-driver';
import { connectTo, contactPoints, describeWithServer, dropKeyspace, freshKeyspace } from './cluster.js';

/** A keyspace on one node, with its client. */
export class TestKeyspace {
  readonly kairos = new Kairos([cassandra]);
  readonly keyspace = freshKeyspace();
  #client: Client | undefined;
  #tables = 0;

  get points(): string {
    return contactPoints('CASSANDRA_CONTACT_POINTS');
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('The keyspace is not created yet');
    return this.#client;
  }

  async create(): Promise<void> {
    this.#client = connectTo(this.points);
    await this.#client.execute(
      `CREATE KEYSPACE "${this.keyspace}" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
    );
  }

  async drop(): Promise<void> {
    await this.#client?.shutdown();
    await dropKeyspace(this.points, this.keyspace);
  }

  /** Options with an empty table. */
  readonly fresh = (options: CassandraOptions = {}) => ({
    keyspace: this.keyspace,
    tableName: `t${this.#tables++}`,
    ...options,
  });

  readonly rowsOf = async (table: string, where = '') =>
    (await this.client.execute(`SELECT * FROM "${this.keyspace}"."${table}" ${where}`)).rows;
}

/** Defines tests that share a new keyspace. */
export function inKeyspace(name: string, define: (store: TestKeyspace) => void): void {
  describeWithServer(name, () => {
    const store = new TestKeyspace();
    beforeAll(() => store.create());
    afterAll(() => store.drop());
    define(store);
  });
}

/** Returns the values of a read without their times. */
export async function value(read: Promise<ReadonlyMap<number, unknown>>): Promise<unknown[]> {
  return [...(await read).values()];
}
