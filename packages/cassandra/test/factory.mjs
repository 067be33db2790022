/** The stores under test, for the conformance suite in this process and in those it starts. */
import { cassandra } from '@kairos/cassandra';
import driver from 'cassandra-driver';

const keyspace = () => process.env.KAIROS_CASSANDRA_KEYSPACE;

/** One node, through a client of the driver. */
export const node = {
  backend: cassandra,
  source: () => clientOf(process.env.CASSANDRA_CONTACT_POINTS),
  options: (namespace) => ({ keyspace: keyspace(), replication: 1, tableName: namespace }),
  values: { text: { valueType: 'text' } },
  close: (client) => client.shutdown(),
};

/** A node with logins, used by the user that `privileges.test.ts` creates. */
export const least = {
  ...node,
  source: () =>
    clientOf(process.env.CASSANDRA_USERS_CONTACT_POINTS, { username: 'kairos_least', password: 'secret' }),
};

/** A ring of three nodes with three replicas of everything, through a URL. */
export const ring = {
  backend: cassandra,
  source: () => `cassandra://${process.env.CASSANDRA_RING_CONTACT_POINTS}/${keyspace()}`,
  options: (namespace) => ({ replication: 3, tableName: namespace }),
  values: { text: { valueType: 'text' } },
};

export async function clientOf(points, credentials) {
  const contactPoints = points.split(',');
  const port = Number(contactPoints[0].split(':')[1] ?? 9042);
  const client = new driver.Client({
    contactPoints,
    localDataCenter: 'datacenter1',
    protocolOptions: { port },
    ...(credentials && { credentials }),
  });
  await client.connect();
  return client;
}
