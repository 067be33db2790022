import { ConfigurationError, describeValue, type Source, StorageError } from '@kairos/core';
import { Redis } from 'ioredis';
import { type Client, isCluster, Sender } from './sender.js';

/** The default of ioredis, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** How long a call waits for its answer, in milliseconds: with a client of Kairos' own, and with the user's. */
const PATIENCE = { owned: 10_000, handle: 30_000 };

/** Retries twenty times, then rejects the calls that wait for a connection, which frees their memory. */
const clientDefaults = {
  enableAutoPipelining: true,
  maxRetriesPerRequest: 20,
  connectTimeout: CONNECT_TIMEOUT,
};

/** The wait for each client, which all openings share: otherwise each would add its own listeners. */
const waits = new WeakMap<Client, Promise<void>>();

/** Whether a handle is an ioredis client, `Redis` or `Cluster`, of any version and copy. */
export function isClient(handle: object): handle is Client {
  return (
    ['sendCommand', 'defineCommand', 'pipeline', 'evalsha', 'duplicate'].every(
      (method) => typeof Reflect.get(handle, method) === 'function',
    ) && Reflect.get(handle, 'isPipeline') !== true
  );
}

/**
 * Connects, or waits until a handle is connected. Rejects with a `StorageError` if that takes longer than a connection
 * may.
 */
export async function connect(source: Source): Promise<{ readonly client: Client; readonly owned: boolean }> {
  if ('handle' in source) {
    if (!isClient(source.handle)) {
      throw new ConfigurationError(
        `The handle is ${describeValue(source.handle)}; expected a client of ioredis`,
      );
    }
    await waitUntilReady(source.handle);
    return { client: source.handle, owned: false };
  }
  checkUrl(source.url);
  const client = new Redis(source.url, {
    ...clientDefaults,
    ...source.clientConfig,
    lazyConnect: true,
  });
  // Commands reject with their errors. Without a listener, ioredis would print them as well.
  client.on('error', () => undefined);
  try {
    await waitUntilReady(client);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  return { client, owned: true };
}

/** Waits longer if the client has a longer `commandTimeout`, so that the client's own error comes first. */
function patienceWith(client: Client, owned: boolean): number {
  const { commandTimeout = 0 } = (isCluster(client) ? client.options.redisOptions : client.options) ?? {};
  return Math.max(owned ? PATIENCE.owned : PATIENCE.handle, commandTimeout + 1000);
}

/** The sender of a client. It replaces a connection of Kairos' own that gets no answers. */
export function senderOf(client: Client, owned: boolean): Sender {
  return Sender.of(client, patienceWith(client, owned), () => {
    if (owned && (client.status === 'ready' || client.status === 'connect')) client.disconnect(true);
  });
}

/** Quits. If the server does not answer within the time for a connection, the connection is cut. */
export async function closeClient(client: Client): Promise<void> {
  if (hasEnded(client)) return;
  const timer = setTimeout(() => client.disconnect(), timeoutOf(client));
  try {
    await client.quit();
  } catch {
    // A client that has lost its connection would try to reconnect.
    if (!hasEnded(client)) client.disconnect();
  } finally {
    clearTimeout(timer);
  }
}

function hasEnded(client: Client): boolean {
  return client.status === 'end';
}

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^\/?\d*$/.test(parsed.pathname)) return;
  // The URL may contain a password, so the error shows only its form.
  throw new ConfigurationError(
    'The Redis URL cannot be read; expected redis://[user:password@]host[:port][/database number], or rediss://',
  );
}

function waitUntilReady(client: Client): Promise<void> {
  if (client.status === 'ready') return Promise.resolve();
  const wait = waits.get(client) ?? nextReady(client).finally(() => waits.delete(client));
  waits.set(client, wait);
  return wait;
}

function nextReady(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    let last: Error | undefined;
    // Errors from before there was a connection, such as an unreachable Sentinel, do not matter.
    const onConnect = () => {
      last = undefined;
    };
    const onError = (error: Error) => {
      last = error;
    };
    const onReady = () => settle();
    const onEnd = () => settle('is closed');
    // A client may retry for ever. Do not wait for it: report its first error.
    const onClose = () => {
      if (last !== undefined && !isCluster(client)) settle('cannot be reached');
    };
    const timeout = timeoutOf(client);
    const timer = setTimeout(() => settle(`was not ready within ${timeout} ms`), timeout);
    const settle = (problem?: string) => {
      clearTimeout(timer);
      client.off('connect', onConnect).off('error', onError);
      client.off('ready', onReady).off('end', onEnd).off('close', onClose);
      // Ready in spite of an error, for instance if the database could not be selected: data would go elsewhere.
      if (problem === undefined && (last === undefined || isCluster(client))) resolve();
      else reject(openingError(client, problem ?? 'refused the connection as it is configured', last));
    };
    client.on('connect', onConnect).on('error', onError);
    client.on('ready', onReady).on('end', onEnd).on('close', onClose);
    if (client.status === 'wait') client.connect().catch(() => undefined);
    if (client.status === 'end') onEnd();
  });
}

function timeoutOf(client: Client): number {
  const options = isCluster(client) ? client.options.redisOptions : client.options;
  return options?.connectTimeout || CONNECT_TIMEOUT;
}

function openingError(client: Client, problem: string, last: Error | undefined): StorageError {
  const cause: Error | undefined = Reflect.get(last ?? {}, 'lastNodeError') ?? last;
  const detail = cause === undefined ? '' : `: ${cause.message}`;
  return new StorageError(`${addressOf(client)} ${problem}${detail}`, { cause });
}

function addressOf(client: Client): string {
  if (isCluster(client)) return 'The Redis Cluster';
  const { host, port, path, sentinels } = client.options;
  if (sentinels) {
    const addresses = sentinels.map((sentinel) => `${sentinel.host}:${sentinel.port}`);
    return `Redis by its sentinels at ${addresses.join(', ')}`;
  }
  return `Redis at ${path ?? `${host}:${port}`}`;
}
