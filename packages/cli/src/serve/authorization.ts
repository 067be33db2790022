import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback } from './address.js';

/**
 * Decides who may send requests. With a token: whoever sends it, as a bearer token or as the password of any
 * user. Browsers ask for the latter. Without a token: programs and pages on this machine, but not pages of
 * other origins. Returns `true` to allow the request, otherwise the response.
 */
export function authorizationBy(token: string | undefined): (request: Request) => true | Response {
  const expected = token === undefined ? undefined : digestOf(token);
  return (request) => {
    if (isFromElsewhere(request)) return refusal(403, 'A page of another origin may not write here');
    if (expected === undefined) {
      if (isLocal(request)) return true;
      return refusal(403, 'Without a token, only requests to 127.0.0.1, [::1] or localhost are answered');
    }
    const given = tokenOf(request.headers.get('authorization') ?? '');
    // Digests have equal length, so the time of comparing them reveals nothing about the token.
    if (given !== undefined && timingSafeEqual(digestOf(given), expected)) return true;
    return refusal(401, 'The token is missing or wrong', {
      'www-authenticate': 'Basic realm="kairos", charset="UTF-8"',
    });
  };
}

function tokenOf(authorization: string): string | undefined {
  const [, scheme = '', given = ''] = /^(\w+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return given;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(given, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? undefined : pair.slice(colon + 1);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Whether a page of another origin sent a request that may write. */
function isFromElsewhere({ method, headers }: Request): boolean {
  const origin = headers.get('origin');
  if (origin === null || method === 'GET' || method === 'HEAD') return false;
  return !URL.canParse(origin) || new URL(origin).host !== headers.get('host');
}

/** A foreign host name that resolves to this machine does not count as local. */
function isLocal({ headers, url }: Request): boolean {
  const host = headers.get('host');
  const target = host === null ? url : `http://${host}`;
  if (!URL.canParse(target)) return false;
  const name = new URL(target).hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name);
}

function refusal(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers });
}
