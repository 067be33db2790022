import { join } from 'node:path';
import { conformance, wayThrough } from '@kairos/adapter-tests';
import { mongo } from '@kairos/mongo';
import { MongoClient } from 'mongodb';
import { refuseBucket } from './support/refuse-bucket.js';
import { describeWithServer, serverUrl } from './support/server-url.js';

const test = { describe, it, beforeAll, afterAll };

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

/** Each option of the backend that changes what it can do, in one run with the others: a run takes minutes. */
const factories = {
  server: {},
  transactions: { atomicEvents: true, expiry: 'manual' },
} as const;

describeWithServer('with a server', () => {
  for (const [name, options] of Object.entries(factories)) {
    conformance({
      name: `MongoDB (${name})`,
      test,
      factory: {
        backend: mongo,
        source: serverUrl,
        options: (namespace) => ({ database: namespace, ...options }),
        process: { module: join(__dirname, 'factory.mjs'), export: name },
        failing: (target) => refuseBucket(serverUrl(), target),
        fragile: () => wayThrough(unretried()),
        drop,
      },
    });
  }
});
