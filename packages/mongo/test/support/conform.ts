import { join } from 'node:path';
import { conformance, wayThrough } from '@kairos/adapter-tests';
import { type MongoOptions, mongo } from '@kairos/mongo';
import { MongoClient } from 'mongodb';
import { refuseBucket } from './refuse-bucket.js';
import { describeWithServer, serverUrl } from './server-url.js';

const test = { describe, it, beforeAll, afterAll };

/**
 * The driver may resend a write while the server still processes it. MongoDB applies it once; its stand-in
 * sometimes applies it twice.
 */
function unretried(): string {
  const url = new URL(serverUrl());
  url.searchParams.set('retryWrites', 'false');
  return url.href;
}

/** Dropping takes minutes. It is skipped if the server itself will be thrown away. */
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
        failing: (target) => refuseBucket(serverUrl(), target),
        fragile: () => wayThrough(unretried()),
        drop,
      },
    });
  });
}
