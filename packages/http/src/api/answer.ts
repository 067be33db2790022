import { jsonOf } from './json.js';

/** Answers with JSON. Data changes, so caches must not keep it. */
export function answer(
  data: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(jsonOf(data), {
    status,
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  });
}
