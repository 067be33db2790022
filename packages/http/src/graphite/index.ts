import { InvalidValueError } from '@kairos/core';
import type { Context } from '../context.js';
import { BadRequest } from './bad-request.js';
import { describeFunction, describeFunctions } from './describe-functions.js';
import { expand, find } from './find.js';
import { parametersOf } from './parameters.js';
import { render } from './render.js';

/** The version of Graphite that this API is compatible with. Clients choose their features by it. */
const VERSION = '1.1.8';

type Route = (parameters: URLSearchParams, context: Context, url: URL) => Response | Promise<Response>;

const routes = new Map<string, Route>([
  ['/render', render],
  ['/metrics/find', find],
  ['/metrics/expand', expand],
  ['/functions', (_, __, url) => describeFunctions(url.searchParams.get('grouped') === '1')],
  ['/version', () => text(VERSION, 200)],
  // Kairos has no tags or events, but editors and dashboards request them.
  ['/tags', () => Response.json([])],
  ['/tags/autoComplete/tags', () => Response.json([])],
  ['/tags/autoComplete/values', () => Response.json([])],
  ['/events/get_data', () => Response.json([])],
]);

/**
 * Answers requests of Graphite's clients, including Grafana's data source: `/render`, `/metrics/find`,
 * `/metrics/expand`, `/functions`, `/version`, and empty lists of tags and events. A target is
 * `TIMESERIES.NAME`. Answers invalid requests with 400 and the reason. Returns `undefined` for other paths;
 * throws errors of the store.
 */
export async function graphite(request: Request, url: URL, context: Context): Promise<Response | undefined> {
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname;
  const described = /^\/functions\/(\w+)$/.exec(path)?.[1];
  const route =
    described === undefined ? routes.get(path) : () => describeFunction(described) ?? unknown(described);
  if (route === undefined) return undefined;
  if (!['GET', 'HEAD', 'POST'].includes(request.method)) {
    return text(`Method ${request.method} is not allowed; expected GET or POST`, 405, {
      allow: 'GET, HEAD, POST',
    });
  }
  try {
    return await route(await parametersOf(request, url), context, url);
  } catch (error) {
    if (error instanceof BadRequest || error instanceof InvalidValueError) return text(error.message, 400);
    throw error;
  }
}

function unknown(name: string): Response {
  return text(`There is no function "${name}"`, 404);
}

function text(body: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } });
}
