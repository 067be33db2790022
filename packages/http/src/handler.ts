import type { AnyTimeseries } from '@kairos/core';
import {
  booleanOption,
  ConfigurationError,
  describeValue,
  optionError,
  wholeNumberOption,
} from '@kairos/core';
import { answer } from './api/answer.js';
import { answerOf } from './api/errors.js';
import { api, RESERVED_NAMES } from './api/index.js';
import { RequestError } from './api/request-error.js';
import type { Context, Route } from './context.js';
import { graphite } from './graphite/index.js';
import { page } from './page/index.js';

/** In this order, until one answers. */
const routes: readonly Route[] = [api, graphite, files];

/** The page's own files. */
function files({ method }: Request, { pathname }: URL): Response | undefined {
  return method === 'GET' || method === 'HEAD' ? page(pathname) : undefined;
}

const MAX_BUCKETS = 100_000;

export interface HandlerOptions {
  /**
   * Decides whether to answer a request. `false` answers 401; a `Response` is sent as it is. Default: allows
   * everybody. Even after a `false`, Kairos serves the files of the page, because they hold no data and ask
   * for a token.
   */
  readonly authorize?: ((request: Request) => boolean | Response | Promise<boolean | Response>) | undefined;
  /** Allows requests to insert. Default: `false`. */
  readonly insert?: boolean | undefined;
  /** Maximum number of buckets in one answer, all its names together. Default: 100,000. */
  readonly maxBuckets?: number | undefined;
  /** Path under which you mounted the handler, such as `"/kairos"`, if the framework leaves it in the URL. */
  readonly basePath?: string | undefined;
  /** Receives the error behind each 503. Its `cause` is the driver's own, which the answer does not show. */
  readonly onError?: ((error: unknown, request: Request) => void) | undefined;
}

const OPTIONS = ['authorize', 'insert', 'maxBuckets', 'basePath', 'onError'];

/** Answers a request. Rejects if one of your functions throws, such as `authorize` or a `readFunc`. */
export type Handler = (request: Request) => Promise<Response>;

/**
 * Creates a handler of web `Request`s over open timeseries, by the names to serve them under. It closes none
 * of them. Throws `ConfigurationError`.
 *
 * @example
 * ```ts
 * const handler = createHandler({ hits, delays }, { authorize: ({ headers }) => headers.get('x-token') === token });
 * const response = await handler(new Request('http://localhost/api/timeseries')); // ["hits","delays"]
 * ```
 */
export function createHandler(
  timeseries: { readonly [name: string]: AnyTimeseries },
  options: HandlerOptions = {},
): Handler {
  const { authorize, onError } = checkOptions(options);
  const base = basePathOf(options.basePath);
  const context: Context = {
    timeseries: checkTimeseries(timeseries),
    maxBuckets: wholeNumberOption('maxBuckets', options.maxBuckets, MAX_BUCKETS),
    insert: booleanOption('insert', options.insert, false),
  };

  return async (request) => {
    const allowed = authorize === undefined || (await authorize(request));
    if (allowed instanceof Response) return allowed;
    const response = allowed ? await responseOf(request) : (fileOf(request) ?? unauthorized());
    return request.method === 'HEAD' ? new Response(null, response) : response;
  };

  function fileOf(request: Request): Response | undefined {
    const url = urlBelow(base, request);
    return url && files(request, url);
  }

  async function responseOf(request: Request): Promise<Response> {
    try {
      return await route(request, base, context);
    } catch (error) {
      const response = answerOf(error);
      if (response === undefined) throw error;
      if (response.status === 503) onError?.(error, request);
      return response;
    }
  }
}

async function route(request: Request, base: string, context: Context): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (base !== '' && pathname === base) {
    // The page's own URLs are relative to the path with its slash.
    return new Response(null, { status: 308, headers: { location: `${base}/${search}` } });
  }
  const url = urlBelow(base, request);
  if (url !== undefined) {
    for (const each of routes) {
      const response = await each(request, url, context);
      if (response !== undefined) return response;
    }
  }
  throw new RequestError(404, `There is nothing at ${pathname}`);
}

/** The URL of a request without the base path; `undefined` if it is not below it. */
function urlBelow(base: string, request: Request): URL | undefined {
  const url = new URL(request.url);
  if (!url.pathname.startsWith(`${base}/`)) return undefined;
  url.pathname = url.pathname.slice(base.length);
  return url;
}

function unauthorized(): Response {
  return answer({ error: 'The request is not authorized' }, 401, { 'www-authenticate': 'Bearer' });
}

function checkTimeseries(timeseries: { readonly [name: string]: AnyTimeseries }): Context['timeseries'] {
  if (!isObject(timeseries)) throw optionError('timeseries', timeseries, 'an object of open timeseries');
  for (const [name, each] of Object.entries(timeseries)) {
    if (name === '' || !name.isWellFormed() || RESERVED_NAMES.includes(name)) {
      throw new ConfigurationError(
        `A timeseries has the name ${JSON.stringify(name)}; expected one that is not empty, nor one of ${RESERVED_NAMES.join(', ')}`,
      );
    }
    if (typeof each?.seriesByName !== 'function') {
      throw optionError(`timeseries.${name}`, each, 'an open timeseries');
    }
  }
  return new Map(Object.entries(timeseries));
}

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null;
}

function checkOptions(options: HandlerOptions): HandlerOptions {
  if (!isObject(options))
    throw new ConfigurationError(`The options are ${describeValue(options)}; expected an object`);
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(`Option "${unknown}" is unknown; expected ${OPTIONS.join(', ')}`);
  }
  for (const name of ['authorize', 'onError'] as const) {
    const given = options[name];
    if (given !== undefined && typeof given !== 'function') throw optionError(name, given, 'a function');
  }
  return options;
}

/** The path as it appears in a URL, without a trailing slash; empty for none. */
function basePathOf(path: unknown): string {
  if (path === undefined) return '';
  if (typeof path !== 'string' || !/^\/(?!\/)[^?#]*$/.test(path)) {
    throw optionError('basePath', path, 'a path that begins with a slash, such as "/kairos"');
  }
  return new URL(path, 'http://localhost').pathname.replace(/\/+$/, '');
}
