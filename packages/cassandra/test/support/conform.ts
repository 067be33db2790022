import { join } from 'node:path';
import { conformance, type FailingTarget, wayThrough } from '@kairos/adapter-tests';
import { cassandra } from '@kairos/cassandra';
import { Client } from 'cassandra-driver';
import { connectTo, contactPoints, describeWithServer, dropKeyspace, freshKeyspace } from './cluster.js';

/** Runs the conformance suite on what a variable of the environment leads to. */
export function conform(
  name: string,
  variable: string,
  exported: 'node' | 'ring',
  replication: number,
  source: (points: string, keyspace: string) => string | object | Promise<string | object>,
): void {
  describeWithServer(name, () => {
    const keyspace = freshKeyspace();
    conformance({
      name,
      test: { describe, it, beforeAll, afterAll },
      factory: {
        backend: cassandra,
        source: () => source(contactPoints(variable), keyspace),
        options: (namespace) => ({ keyspace, replication, tableName: namespace }),
        values: { text: { valueType: 'text' } },
        process: { module: join(__dirname, '..', 'factory.mjs'), export: exported },
        failing: (target) => refuseWrites(contactPoints(variable), keyspace, target),
        ...(exported === 'node' ? { roundTrips, fragile: () => throughProxy(contactPoints(variable)) } : {}),
        drop: () => dropKeyspace(contactPoints(variable), keyspace),
        close: async (opened) => {
          if (typeof opened === 'object' && 'shutdown' in opened && typeof opened.shutdown === 'function') {
            await opened.shutdown();
          }
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

/** With a column renamed, the server refuses every statement that names it. */
async function refuseWrites(points: string, keyspace: string, { namespace, type }: FailingTarget) {
  const table = `"${keyspace}"."${namespace}_${type}"`;
  const alter = async (statement: string) => {
    const client = connectTo(points);
    try {
      await client.execute(statement, [], { readTimeout: 60_000 });
    } finally {
      await client.shutdown();
    }
  };
  await alter(`ALTER TABLE ${table} RENAME bucket TO refused`);
  return () => alter(`ALTER TABLE ${table} RENAME refused TO bucket`);
}

/** Requests in flight together are one round trip: counts how often the client begins after it was at rest. */
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
