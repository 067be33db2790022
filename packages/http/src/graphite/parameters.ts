import { BadRequest } from './bad-request.js';

const LONGEST_BODY = 2 ** 20;

/** The parameters of a request: those of its URL and, for a POST, of a form in its body. */
export async function parametersOf(request: Request, url: URL): Promise<URLSearchParams> {
  if (request.method !== 'POST') return url.searchParams;
  const type = request.headers.get('content-type') ?? '';
  const body = await request.text();
  if (body.length > LONGEST_BODY) {
    throw new BadRequest(`The body has ${body.length} characters; expected at most ${LONGEST_BODY}`);
  }
  if (body !== '' && !/^application\/x-www-form-urlencoded\b/i.test(type)) {
    throw new BadRequest(`The body is "${type}"; expected "application/x-www-form-urlencoded"`);
  }
  return new URLSearchParams([...url.searchParams, ...new URLSearchParams(body)]);
}
