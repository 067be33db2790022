import { RequestError } from './request-error.js';

/** The most bytes of a request's body. */
export const MOST_BYTES = 10_000_000;

/**
 * Reads the JSON of a request's body. Only `application/json` is accepted, because a page of another site
 * cannot make a browser send it without permission.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new RequestError(
      415,
      `The body is ${type === '' ? 'of no type' : type}; expected application/json`,
    );
  }
  const text = await readText(request);
  if (text === '') throw new RequestError(400, 'The body is empty; expected JSON');
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(400, 'The body is not JSON');
  }
}

async function readText({ body }: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MOST_BYTES) {
      throw new RequestError(413, `The body is larger than ${MOST_BYTES} bytes; expected it in parts`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
