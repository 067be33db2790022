import type { Client } from 'cassandra-driver';

/** Variable with the contact points of a node that has users. */
export const USERS_VARIABLE = 'CASSANDRA_USERS_CONTACT_POINTS';

export const credentials = (username: string, password: string) => ({ credentials: { username, password } });
export const admin = credentials('cassandra', 'cassandra');

/** The statements in the README. */
const GRANTS = {
  all: ['CREATE', 'SELECT', 'MODIFY'],
  noTables: ['SELECT', 'MODIFY'],
  reads: ['SELECT'],
} as const;

export async function createUser(
  client: Client,
  user: string,
  keyspace: string,
  rights: keyof typeof GRANTS,
) {
  await client.execute(`CREATE ROLE IF NOT EXISTS ${user} WITH PASSWORD = 'secret' AND LOGIN = true`);
  for (const right of GRANTS[rights])
    await client.execute(`GRANT ${right} ON KEYSPACE ${keyspace} TO ${user}`);
}

export function createKeyspace(client: Client, keyspace: string) {
  return client.execute(
    `CREATE KEYSPACE ${keyspace} WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`,
  );
}
