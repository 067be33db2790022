import type { AnyTimeseries, BulkInsertOptions, BulkInserts, InsertResult } from '@kairos/core';
import type { Context, Route } from '../context.js';
import { answer } from './answer.js';
import { readJson } from './body.js';
import { bulkOf } from './inserts.js';
import { openapi } from './openapi.js';
import { Parameters } from './parameters.js';
import { RequestError } from './request-error.js';
import { readSeries } from './series.js';

type Answering = (request: Request, search: URLSearchParams) => Promise<unknown> | unknown;

/** The handlers of a path, by method. */
interface Endpoint {
  readonly GET?: Answering;
  readonly POST?: Answering;
}

/** Passes a request's values on unchecked, because core checks every value. */
interface Inserting {
  bulkInsert(inserts: BulkInserts<unknown>, options: BulkInsertOptions): Promise<InsertResult>;
}

/** Names that cannot be served, because `/api` uses them for other paths. */
export const RESERVED_NAMES = ['timeseries', 'openapi.json', 'status', '.', '..'];

/** The JSON API: all paths below `/api/`. */
export const api: Route = async (request, url, context) => {
  if (!url.pathname.startsWith('/api/')) return undefined;
  const endpoint = endpointOf(segmentsOf(url.pathname), context);
  if (endpoint === undefined) return undefined;
  const answering = answeringOf(endpoint, request.method);
  return answer(await answering(request, url.searchParams));
};

function endpointOf(
  [first = '', second, ...more]: readonly string[],
  context: Context,
): Endpoint | undefined {
  if (more.length > 0) return undefined;
  if (second === undefined && first === 'timeseries') {
    return { GET: (_, search) => withoutParameters(search, [...context.timeseries.keys()]) };
  }
  if (second === undefined && first === 'openapi.json') {
    return { GET: (_, search) => withoutParameters(search, openapi(context)) };
  }
  const timeseries = context.timeseries.get(first);
  if (timeseries !== undefined) return endpointOfTimeseries(timeseries, second, context);
  const names = [...context.timeseries.keys()].map((name) => JSON.stringify(name));
  throw new RequestError(
    404,
    `There is no timeseries ${JSON.stringify(first)}; expected ${names.length === 0 ? 'none' : `one of ${names.join(', ')}`}`,
  );
}

function endpointOfTimeseries(
  timeseries: AnyTimeseries,
  what: string | undefined,
  { maxBuckets, insert }: Context,
): Endpoint | undefined {
  const { type, timezone, intervals } = timeseries;
  switch (what) {
    case undefined:
      return { GET: (_, search) => withoutParameters(search, { type, timezone, intervals }) };
    case 'names':
      return {
        GET: (_, search) =>
          timeseries.list({ prefix: new Parameters(search, ['prefix']).optional('prefix') }),
      };
    case 'properties':
      return { GET: (_, search) => timeseries.properties(new Parameters(search, ['name']).required('name')) };
    case 'series':
      return { GET: (_, search) => readSeries(timeseries, search, maxBuckets) };
    case 'inserts':
      return insert ? { POST: (request, search) => insertInto(timeseries, request, search) } : undefined;
    default:
      return undefined;
  }
}

async function insertInto(
  timeseries: AnyTimeseries,
  request: Request,
  search: URLSearchParams,
): Promise<unknown> {
  const intervals = new Parameters(search, ['intervals']).wholeNumber('intervals') ?? 0;
  const { type, timezone } = timeseries;
  const bulk = bulkOf(await readJson(request), { isCount: type === 'count', timezone });
  const into: Inserting = timeseries;
  return into.bulkInsert(bulk, { intervals });
}

function withoutParameters(search: URLSearchParams, data: unknown): unknown {
  Parameters.refuseAll(search);
  return data;
}

function answeringOf(endpoint: Endpoint, method: string): Answering {
  const { GET, POST } = endpoint;
  const answering = method === 'POST' ? POST : method === 'GET' || method === 'HEAD' ? GET : undefined;
  if (answering !== undefined) return answering;
  const allowed = Object.keys(endpoint).flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]));
  throw new RequestError(405, `The method is ${method}; expected ${allowed.join(' or ')}`, {
    allow: allowed.join(', '),
  });
}

function segmentsOf(path: string): readonly string[] {
  try {
    return path.split('/').slice(2).map(decodeURIComponent);
  } catch {
    throw new RequestError(400, `The path ${path} is not well-formed; expected UTF-8, percent-encoded`);
  }
}
