import { join } from 'node:path';
import { conformance, type FailingTarget, wayThrough } from '@kairos/adapter-tests';
import { type MongoOptions, mongo } from '@kairos/mongo';
import { MongoClient } from 'mongodb';
import { describeWithServer, serverUrl } from './server-url.js';

const test = { describe, it, beforeAll, afterAll };

/** A validator refuses the bucket; whoever writes it cannot tell that from any other error of the server. */
async function failing({ namespace, type, name, interval, bucket, resolution }: FailingTarget) {
  const client = new MongoClient(serverUrl());
  const collMod = `kairos_${type}`;
  const place =
    type === 'count' || type === 'gauge'
      ? { [`buckets.${bucket}`]: { $exists: true } }
      : { bucket, resolution };
  const validator = { $nor: [{ name, interval, ...place }] };
  await client.db(namespace).command({ collMod, validator });
  return async () => {
    await client.db(namespace).command({ collMod, validator: {} });
    await client.close();
  };
}

/**
 * A write that the driver sends again while the server is still at it is applied once by MongoDB, and sometimes twice by
 * its stand-in.
 */
function unretried(): string {
  const url = new URL(serverUrl());
  url.searchParams.set('retryWrites', 'false');
  return url.href;
}

/** Minutes of work for the server that is not worth it where the server itself is thrown away. */
async function drop(namespaces: readonly string[]) {
  if (process.env.MONGO_DISPOSABLE === 'true') return;
  const client = new MongoClient(serverUrl());
  for (const namespace of namespaces) await client.db(namespace).dropDatabase();
  await client.close();
}

/** Runs the conformance suite with options of the backend; `exported` names them in `factory.mjs`. */
export function conform(exported: 'server' | 'transactions', options: MongoOptions): void {
  describeWithServer('with a server', () => {
    conformance({
      name: `MongoDB (${exported})`,
      test,
      factory: {
        backend: mongo,
        source: serverUrl,
        options: (namespace) => ({ database: namespace, ...options }),
        process: { module: join(__dirname, '..', 'factory.mjs'), export: exported },
        failing,
        fragile: () => wayThrough(unretried()),
        drop,
      },
    });
  });
}
