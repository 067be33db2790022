import { Cluster } from 'ioredis';

/** The address of a server started by `with-services.mjs`. */
export function serverUrl(): string {
  return address('REDIS_URL');
}

/** The address of the same server, with a user that a test adds. */
export function leastUser(): URL {
  const url = new URL(serverUrl());
  url.username = 'kairos-least';
  url.password = 'secret';
  return url;
}

export function clusterClient(): Cluster {
  const { hostname, port } = new URL(address('REDIS_CLUSTER_URL'));
  return new Cluster([{ host: hostname, port: Number(port) }]);
}

function address(variable: string): string {
  const found = process.env[variable];
  if (found) return found;
  throw new Error(`${variable} is not set; run the tests with "pnpm test", which starts the servers`);
}
