import { Client } from 'cassandra-driver';

/** The addresses of a service in the environment; a test without its server fails, unless TEST_CASSANDRA is false. */
export function contactPoints(variable: string): string {
  const points = process.env[variable];
  if (points !== undefined && points !== '') return points;
  throw new Error(
    `${variable} is not set: run the tests with "pnpm test", or leave them out with TEST_CASSANDRA=false`,
  );
}

/** Defines tests that need a server, unless they are left out. */
export const describeWithServer = process.env.TEST_CASSANDRA === 'false' ? describe.skip : describe;

export function connectTo(points: string, options: ConstructorParameters<typeof Client>[0] = {}): Client {
  const [first = '', ...rest] = points.split(',');
  return new Client({
    contactPoints: [first, ...rest],
    localDataCenter: 'datacenter1',
    protocolOptions: { port: Number(first.split(':')[1] ?? 9042) },
    ...options,
  });
}

/** A keyspace that nothing is in, with a name for child processes to find it by. */
export function freshKeyspace(): string {
  const keyspace = `kairos_${Date.now().toString(36)}_${Math.floor(Math.random() * 1e6).toString(36)}`;
  process.env.KAIROS_CASSANDRA_KEYSPACE = keyspace;
  return keyspace;
}

export async function dropKeyspace(points: string, keyspace: string): Promise<void> {
  const client = connectTo(points);
  try {
    await client.execute(`DROP KEYSPACE IF EXISTS "${keyspace}"`, [], { readTimeout: 60_000 });
  } finally {
    await client.shutdown();
  }
}
