import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type DseClientOptions } from 'cassandra-driver';

/**
 * Reads the addresses of a service from the environment. Without a server the test fails, unless
 * TEST_CASSANDRA is false.
 */
export function contactPoints(variable: string): string {
  const points = process.env[variable];
  if (points !== undefined && points !== '') return points;
  throw new Error(
    `${variable} is not set: run the tests with "pnpm test", or leave them out with TEST_CASSANDRA=false`,
  );
}

/** Defines tests that need a server. TEST_CASSANDRA=false skips them. */
export const describeWithServer = process.env.TEST_CASSANDRA === 'false' ? describe.skip : describe;

export function connectTo(points: string, options: Partial<DseClientOptions> = {}): Client {
  const [first = '', ...rest] = points.split(',');
  return new Client({
    contactPoints: [first, ...rest],
    localDataCenter: 'datacenter1',
    protocolOptions: { port: Number(first.split(':')[1] ?? 9042) },
    ...options,
  });
}

/** An empty keyspace, with a name by which child processes find it. */
export function freshKeyspace(): string {
  const keyspace = `kairos_${Date.now().toString(36)}_${Math.floor(Math.random() * 1e6).toString(36)}`;
  process.env.KAIROS_CASSANDRA_KEYSPACE = keyspace;
  return keyspace;
}

/** A node that has just come back may refuse this until it knows all tables. */
export async function dropKeyspace(
  points: string,
  keyspace: string,
  options: Partial<DseClientOptions> = {},
): Promise<void> {
  const client = connectTo(points, options);
  const drop = () =>
    client.execute(`DROP KEYSPACE IF EXISTS "${keyspace}"`, [], { readTimeout: 60_000 }).then(
      () => null,
      (error: unknown) => ({ error }),
    );
  let failure = await drop();
  for (let attempt = 1; failure !== null && attempt < 10; attempt++) {
    await sleep(1000);
    failure = await drop();
  }
  await client.shutdown();
  if (failure !== null) throw failure.error;
}
