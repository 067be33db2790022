import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnyTimeseries } from '@kairos/core';
import { createHandler, toNodeListener } from '@kairos/http';

export interface Served {
  /** URL of the page, below a prefix as behind a proxy. */
  readonly url: string;
  /** Makes the store unreachable, or reachable again. */
  away(is: boolean): void;
  close(): Promise<void>;
}

const PREFIX = '/metrics';

/** Serves the page and its API over open timeseries. With a token, requests must send it. */
export async function serve(
  timeseries: Readonly<Record<string, AnyTimeseries>>,
  token?: string,
): Promise<Served> {
  let isAway = false;
  const handler = createHandler(timeseries, {
    basePath: PREFIX,
    authorize: ({ headers }) => token === undefined || headers.get('authorization') === `Bearer ${token}`,
  });
  const listener = toNodeListener(async (request) => {
    const asksApi = new URL(request.url).pathname.startsWith(`${PREFIX}/api/`);
    return isAway && asksApi
      ? Response.json({ error: 'The store is away.' }, { status: 503 })
      : handler(request);
  });
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${PREFIX}/`,
    away: (is) => {
      isAway = is;
    },
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
