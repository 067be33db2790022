import { join } from 'node:path';
import { conformance, type FailingTarget, wayThrough } from '@kairos/adapter-tests';
import { cassandra } from '@kairos/cassandra';
import { Client, type DseClientOptions } from 'cassandra-driver';
import { connectTo, contactPoints, describeWithServer, dropKeyspace, freshKeyspace } from './cluster.js';

interface ClusterUnderTest {
  readonly name: string;
  /** The environment variable that holds its address. */
  readonly variable: string;
  /** The export of `factory.mjs` for child processes. */
  readonly exported: 'node' | 'ring' | 'least';
  readonly replication: number;
  /** Options of the user under test, if users log in. */
  readonly user?: Partial<DseClientOptions>;
  /** Options of a user with all rights. */
  readonly admin?: Partial<DseClientOptions>;
  /** Runs before the first timeseries is opened. */
  prepare?(admin: Client, keyspace: string): Promise<void>;
}

/** Runs the conformance suite on the server that an environment variable names. */
export function conform({
  name,
  variable,
  exported,
  replication,
  user = {},
  admin = {},
  prepare,
}: ClusterUnderTest): void {
  describeWithServer(name, () => {
    const keyspace = freshKeyspace();
    if (prepare !== undefined) {
      beforeAll(async () => {
        const client = connectTo(contactPoints(variable), admin);
        await prepare(client, keyspace);
        await client.shutdown();
      });
    }
    conformance({
      name,
      test: { describe, it, beforeAll, afterAll },
      factory: {
        backend: cassandra,
        source: () => connectTo(contactPoints(variable), user),
        options: (namespace) => ({ keyspace, replication, tableName: namespace }),
        values: { text: { valueType: 'text' } },
        process: { module: join(__dirname, '..', 'factory.mjs'), export: exported },
        failing: (target) => refuseWrites(connectTo(contactPoints(variable), admin), keyspace, target),
        ...(exported === 'node' ? { roundTrips, fragile: () => throughProxy(contactPoints(variable)) } : {}),
        drop: () => dropKeyspace(contactPoints(variable), keyspace, admin),
        close: async (opened) => {
          if (opened instanceof Client) await opened.shutdown();
        },
      },
    });
  });
}

async function throughProxy(points: string) {
  const way = await wayThrough(`cql://${points.split(',')[0]}`);
  const client = connectTo(new URL(String(way.source)).host);
  const close = async () => {
    await client.shutdown();
    await way.close();
  };
  return { ...way, source: client, close };
}

/** Renames a column, so that the server refuses every statement that names it. */
async function refuseWrites(client: Client, keyspace: string, { namespace, type }: FailingTarget) {
  const table = `"${keyspace}"."${namespace}_${type}"`;
  const alter = (statement: string) => client.execute(statement, [], { readTimeout: 60_000 });
  await alter(`ALTER TABLE ${table} RENAME bucket TO refused`);
  return async () => {
    await alter(`ALTER TABLE ${table} RENAME refused TO bucket`);
    await client.shutdown();
  };
}

/**
 * Counts round trips. Requests in flight together are one: it counts how often the idle client starts to
 * send.
 */
async function roundTrips(work: () => Promise<unknown>, source: string | object): Promise<number> {
  if (!(source instanceof Client)) throw new Error('Round trips are counted on a client');
  const [execute, batch] = [source.execute, source.batch];
  let [inFlight, trips] = [0, 0];
  const counting = async <R>(request: Promise<R>): Promise<R> => {
    if (inFlight++ === 0) trips++;
    try {
      return await request;
    } finally {
      inFlight--;
    }
  };
  Object.assign(source, {
    execute: (...given: Parameters<typeof execute>) =>
      counting(Promise.resolve(execute.apply(source, given))),
    batch: (...given: Parameters<typeof batch>) => counting(Promise.resolve(batch.apply(source, given))),
  });
  try {
    await work();
    return trips;
  } finally {
    Object.assign(source, { execute, batch });
  }
}
