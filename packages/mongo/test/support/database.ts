import { randomBytes } from 'node:crypto';
import { Kairos } from '@kairos/core';
import { mongo } from '@kairos/mongo';
import { MongoClient } from 'mongodb';
import { serverUrl } from './server-url.js';

export const kairos = new Kairos([mongo]);

/** An empty database, with a new client. */
export function freshDatabase(url = serverUrl()) {
  const client = new MongoClient(url);
  const name = `kairos_test_${randomBytes(6).toString('hex')}`;
  const db = client.db(name);
  return {
    client,
    name,
    db,
    async drop() {
      await db.dropDatabase();
      await client.close();
    },
  };
}
