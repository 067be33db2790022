import { jsonOf } from './json.js';

/** Answers data as JSON. What is stored changes: nothing on the way may keep it. */
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
