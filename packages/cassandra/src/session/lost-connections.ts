/**
 * Connections that the driver (4.10) loses track of when no node is left, and does not close with the client:
 *
 * - It creates all node entries anew. It still sends through the old ones, which reconnect.
 * - It looks for a node once more for each time that it did before, all at once. Of the connections that these open, it
 *   keeps the last. So each outage leaves twice as many of them.
 * - It opens the next connection without closing one whose node did not answer.
 */
import type { Client } from 'cassandra-driver';

/** A node as the driver knows it, with the connections to it. */
interface NodeEntry {
  readonly shutdown?: (waitForPending: boolean) => Promise<void>;
}

interface DriverConnection {
  close(): void;
  listenerCount(event: string): number;
}

/** The part of the driver that looks for a node, and learns from it about the others. */
interface ControlConnection {
  _createConnection(contactPoint: string): Promise<DriverConnection>;
  _refresh(hosts?: unknown): Promise<void>;
}

interface Watched {
  /** Node entries that the driver has replaced. */
  readonly replaced: Set<NodeEntry>;
  /** The connection that the driver opened last to look for a node. */
  last: DriverConnection | null;
}

const watchedClients = new WeakMap<Client, Watched>();

/** Keeps track of what the driver loses. */
export function watch(client: Client): void {
  const watched: Watched = { replaced: new Set(), last: null };
  watchedClients.set(client, watched);
  client.hosts.on('remove', (entry: NodeEntry) => watched.replaced.add(entry));
  const control: unknown = Reflect.get(client, 'controlConnection');
  if (!isControlConnection(control)) return;
  lookOnceAtATime(control);
  const create = control._createConnection.bind(control);
  control._createConnection = async (contactPoint) => {
    if (watched.last !== null && !isInPool(watched.last)) watched.last.close();
    watched.last = await create(contactPoint);
    return watched.last;
  };
}

/** Closes what the driver does not, after it has closed the client. */
export async function closeLost(client: Client): Promise<void> {
  const watched = watchedClients.get(client);
  watched?.last?.close();
  for (const entry of watched?.replaced ?? []) await entry.shutdown?.(false);
}

function lookOnceAtATime(control: ControlConnection): void {
  const refresh = control._refresh.bind(control);
  let looking: Promise<void> | null = null;
  control._refresh = (hosts) => {
    // It goes on to the next node.
    if (hosts !== undefined) return refresh(hosts);
    looking ??= refresh().finally(() => {
      looking = null;
    });
    return looking;
  };
}

/** The pool of a node listens to its connections. */
function isInPool(connection: DriverConnection): boolean {
  return connection.listenerCount('idleRequestError') > 0;
}

function isControlConnection(value: unknown): value is ControlConnection {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['_createConnection', '_refresh'].every((method) => typeof Reflect.get(value, method) === 'function')
  );
}
