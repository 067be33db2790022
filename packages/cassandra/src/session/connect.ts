import {
  ConfigurationError,
  isError,
  messageOf,
  type Source,
  StorageError,
  settlesWithin,
} from '@kairos/core';
import { Client, type DseClientOptions, type HostMap, policies, types } from 'cassandra-driver';
import type { CheckedOptions } from '../options.js';
import { type Address, parseUrl } from './address.js';
import { closeLost, watch } from './lost-connections.js';
import { CLOSE_MILLISECONDS, within } from './patience.js';

/** How long a client may take to connect. The driver's own timeouts are for each contact point. */
const CONNECT_MILLISECONDS = 60_000;

/** A connected client, the keyspace to use with it, and how to close it. */
export interface Connection {
  readonly client: Client;
  readonly keyspace: string;
  /** Closes the client if it was opened from a URL. */
  close(): Promise<void>;
}

const DEFAULT_KEYSPACE = 'kairos';

export async function connect(source: Source, options: CheckedOptions): Promise<Connection> {
  if ('url' in source) return openClient(parseUrl(source.url), source.clientConfig, options);
  for (const option of ['poolSize', 'localDataCenter'] as const) {
    if (options[option] !== null) {
      throw new ConfigurationError(
        `Option "${option}" is given with a client; expected it with a URL only, as the client has its own`,
      );
    }
  }
  const { handle } = source;
  if (!isClient(handle)) {
    throw new ConfigurationError('The handle is not a Client of cassandra-driver; expected one');
  }
  await within(CONNECT_MILLISECONDS, handle.connect());
  const keyspace = options.keyspace ?? (handle.keyspace || DEFAULT_KEYSPACE);
  return { client: handle, keyspace, close: async () => undefined };
}

async function openClient(
  address: Address,
  config: DseClientOptions,
  options: CheckedOptions,
): Promise<Connection> {
  if (options.keyspace !== null && address.keyspace !== null && options.keyspace !== address.keyspace) {
    throw new ConfigurationError(
      `Option "keyspace" is "${options.keyspace}", but the URL has "${address.keyspace}"; expected the same, or only one of them`,
    );
  }
  const client = await connectTo(address, config, options);
  const keyspace = options.keyspace ?? address.keyspace ?? DEFAULT_KEYSPACE;
  return { client, keyspace, close: () => shutdown(client) };
}

/** Opens a client for a URL. The user's `clientConfig` overrides everything else. */
async function connectTo(
  { contactPoints, port, credentials }: Address,
  config: DseClientOptions,
  { poolSize, localDataCenter }: CheckedOptions,
): Promise<Client> {
  const client = new Client({
    contactPoints,
    ...(credentials === null ? {} : { credentials }),
    ...(localDataCenter === null ? {} : { localDataCenter }),
    ...config,
    // The driver assumes that nodes it discovers later use this port.
    protocolOptions: { port, ...config.protocolOptions },
    pooling: {
      ...(poolSize === null ? {} : { coreConnectionsPerHost: { [types.distance.local]: poolSize } }),
      ...config.pooling,
    },
    policies: {
      ...(localDataCenter === null && config.localDataCenter === undefined
        ? { loadBalancing: new policies.loadBalancing.TokenAwarePolicy(new FirstDataCenterPolicy()) }
        : {}),
      ...config.policies,
    },
  });
  watch(client);
  try {
    await within(CONNECT_MILLISECONDS, client.connect());
  } catch (error) {
    // The driver's shutdown waits until it knows whether it is connected.
    if (isError(error) && error.name === 'UnansweredError') client.shutdown().catch(() => undefined);
    else await shutdown(client).catch(() => undefined);
    throw new StorageError(`Could not connect to ${contactPoints.join(', ')}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return client;
}

/** Closes a client. If that takes long, it continues in the background. */
async function shutdown(client: Client): Promise<void> {
  const all = async () => {
    await client.shutdown();
    await closeLost(client);
  };
  await settlesWithin(CLOSE_MILLISECONDS, all());
}

/** Round-robin over the data center of the first node that answers. The driver's own policies need its name. */
class FirstDataCenterPolicy extends policies.loadBalancing.LoadBalancingPolicy {
  #inner: policies.loadBalancing.LoadBalancingPolicy = new policies.loadBalancing.RoundRobinPolicy();

  override init(client: Client, hosts: HostMap, callback: (error: Error) => void): void {
    const known = hosts.values().find(({ datacenter }) => typeof datacenter === 'string');
    if (known !== undefined) {
      this.#inner = new policies.loadBalancing.DCAwareRoundRobinPolicy(known.datacenter);
    }
    this.#inner.init(client, hosts, callback);
  }

  override getDistance(host: Parameters<policies.loadBalancing.LoadBalancingPolicy['getDistance']>[0]) {
    return this.#inner.getDistance(host);
  }

  override newQueryPlan(
    ...given: Parameters<policies.loadBalancing.LoadBalancingPolicy['newQueryPlan']>
  ): void {
    this.#inner.newQueryPlan(...given);
  }
}

/** Whether a handle is a client of the driver, from any copy of it. */
export function isClient(handle: object): handle is Client {
  return ['execute', 'batch', 'connect', 'shutdown', 'getReplicas'].every(
    (method) => typeof Reflect.get(handle, method) === 'function',
  );
}
