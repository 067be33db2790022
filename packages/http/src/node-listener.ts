import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Handler } from './handler.js';

/** Handles requests of Node, Express and Connect. If the handler rejects, `next` receives the error. */
export type NodeListener = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/**
 * Turns a handler into a listener of `node:http`, or into Express middleware. Mount it before anything that
 * reads bodies. Without a `next`, it prints an error of the handler to stderr and answers 500.
 *
 * @example
 * ```ts
 * createServer(toNodeListener(createHandler({ hits }))).listen(8080, '127.0.0.1');
 * app.use('/kairos', toNodeListener(createHandler({ hits }))); // Express
 * ```
 */
export function toNodeListener(handler: Handler): NodeListener {
  return (incoming, outgoing, next) => {
    listen(handler, incoming, outgoing).catch((error: unknown) => {
      // The client may leave in the middle of an answer.
      if (outgoing.destroyed || outgoing.headersSent) outgoing.destroy();
      else if (next !== undefined) next(error);
      else {
        console.error(error);
        outgoing.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
      }
    });
  };
}

async function listen(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const slashed = mountPointWithSlash(incoming);
  if (slashed !== undefined) {
    outgoing.writeHead(308, { location: slashed }).end();
    return;
  }
  const request = requestOf(incoming);
  if (request === undefined) {
    outgoing.writeHead(400, { 'content-type': 'text/plain' }).end('Bad Request');
    return;
  }
  await send(await handler(request), outgoing);
}

/**
 * Where to redirect if Express is asked for exactly the path at which it mounts the handler: the page's
 * relative URLs need the trailing slash.
 */
function mountPointWithSlash(incoming: IncomingMessage): string | undefined {
  const [baseUrl, originalUrl] = ['baseUrl', 'originalUrl'].map((name): unknown =>
    Reflect.get(incoming, name),
  );
  if (typeof baseUrl !== 'string' || typeof originalUrl !== 'string' || baseUrl === '') return undefined;
  const query = originalUrl.slice(baseUrl.length);
  return originalUrl.startsWith(baseUrl) && /^(\?|$)/.test(query) ? `${baseUrl}/${query}` : undefined;
}

/**
 * `undefined` for requests that the web's `Request` cannot represent: another form of URL, or a method such as TRACE.
 */
function requestOf(incoming: IncomingMessage): Request | undefined {
  const { method = 'GET', rawHeaders } = incoming;
  const headers = new Headers();
  try {
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
    }
    const hasBody = method !== 'GET' && method !== 'HEAD';
    return new Request(urlOf(incoming), {
      method,
      headers,
      ...(hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
    });
  } catch {
    return undefined;
  }
}

/** Built from the path and the Host header, or from a whole URL, as proxies receive. Throws if it is neither. */
function urlOf({ url = '/', headers: { host = 'localhost' }, socket }: IncomingMessage): URL {
  if (!url.startsWith('/')) return new URL(url);
  if (/[/?#@\\]/.test(host)) throw new TypeError(`The header Host is ${host}`);
  return new URL(`${'encrypted' in socket ? 'https' : 'http'}://${host}${url}`);
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const cookies = response.headers.getSetCookie();
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value);
  }
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  outgoing.statusCode = response.status;
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body), outgoing);
}
