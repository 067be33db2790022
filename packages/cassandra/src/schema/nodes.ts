import { type Client, type Host, types } from 'cassandra-driver';

/** How long each node may take to know the keyspace and tables. One that has just come back asks the others after a minute. */
export const KNOWLEDGE_MILLISECONDS = 180_000;

/** The nodes that the client sends requests to. */
export function spokenTo(client: Client): Host[] {
  return client.hosts.values().filter((host) => host.isUp() && isSpokenTo(client, host));
}

/** The driver sends nothing to a node that all its policies ignore, such as one of another data center. */
function isSpokenTo(client: Client, host: Host): boolean {
  // The driver's own check; it is missing from its types.
  const profiles: unknown = Reflect.get(client, 'profileManager');
  if (typeof profiles !== 'object' || profiles === null || !('getDistance' in profiles)) return true;
  const { getDistance } = profiles;
  return typeof getDistance !== 'function' || getDistance.call(profiles, host) !== types.distance.ignored;
}
