import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IntervalsOptions, NoBackend, Timeseries, TimeseriesType, Value } from '@kairos/core';
import { page } from '../../src/page/index.js';

/** An open timeseries of any type, over any store. */
export type AnyTimeseries = Timeseries<{
  type: TimeseriesType;
  intervals: IntervalsOptions;
  value: Value;
  read: unknown;
  write: never;
  backend: NoBackend;
}>;

export interface Served {
  /** Where the page is, below a prefix, as behind a proxy. */
  readonly url: string;
  /** What the page asked for. */
  readonly requests: readonly string[];
  /** Takes the store away, or brings it back. */
  away(is: boolean): void;
  close(): Promise<void>;
}

const PREFIX = '/metrics/';

/** The page with its API over open timeseries; with a token, only for those who send it. */
export async function serve(
  timeseries: Readonly<Record<string, AnyTimeseries>>,
  token?: string,
): Promise<Served> {
  const requests: string[] = [];
  let isAway = false;
  const answer = async (path: string, authorization: string | undefined): Promise<Response> => {
    if (!path.startsWith('api/')) return page(path) ?? new Response('', { status: 404 });
    requests.push(path);
    if (token !== undefined && authorization !== `Bearer ${token}`)
      return new Response('{}', { status: 401 });
    if (isAway) return Response.json({ error: 'The store is away.' }, { status: 503 });
    return Response.json(await api(timeseries, new URL(path, 'http://localhost/')));
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(PREFIX.length);
    answer(path, request.headers.authorization)
      .catch((error: Error) => Response.json({ error: error.message }, { status: 400 }))
      .then(async (answered) => {
        response.writeHead(answered.status, Object.fromEntries(answered.headers));
        response.end(Buffer.from(await answered.arrayBuffer()));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${PREFIX}`,
    requests,
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

async function api(
  all: Readonly<Record<string, AnyTimeseries>>,
  { pathname, searchParams }: URL,
): Promise<unknown> {
  const [, , name = '', action] = pathname.split('/');
  const one = all[decodeURIComponent(name)];
  if (one === undefined) return Object.keys(all);
  if (action === undefined) return { type: one.type, timezone: one.timezone, intervals: one.intervals };
  if (action === 'names') return one.list({ prefix: searchParams.get('prefix') ?? '' });
  if (action === 'properties') return one.properties(searchParams.get('name') ?? '');
  return series(one, searchParams);
}

async function series(one: AnyTimeseries, query: URLSearchParams): Promise<unknown> {
  const transforms = query.getAll('transform');
  const options = {
    start: Number(query.get('start')),
    end: Number(query.get('end')),
    condense: query.get('condense') === 'true',
    collapse: query.get('collapse') === 'true',
    ...(transforms.length === 0
      ? {}
      : { transform: (transforms.length === 1 ? transforms[0] : transforms) as 'mean' }),
  };
  const interval = query.get('interval') ?? '';
  const names = query.getAll('name');
  if (query.get('byName') !== 'true') return asJson(await one.series(names, interval, options));
  const found: ReadonlyMap<string, unknown> = await one.seriesByName(names, interval, options);
  return Object.fromEntries([...found].map(([name, each]) => [name, asJson(each)]));
}

function asJson(data: unknown): unknown {
  if (data instanceof Map) return [...data].map(([key, value]) => [key, asJson(value)]);
  if (data instanceof Set) return [...data];
  return typeof data === 'bigint' ? String(data) : data;
}
