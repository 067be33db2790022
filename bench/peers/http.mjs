/** Sends a request and resolves to the text of the answer; rejects unless it succeeds. */
export async function request(url, options) {
  const response = await fetch(url, options);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return text;
}

export async function requestJson(url, options) {
  return JSON.parse(await request(url, options));
}
