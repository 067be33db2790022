/**
 * Where a URL leads, without user, password and parameters.
 *
 * @example
 * ```ts
 * addressOf('postgres://ada:secret@db.example.org:5433/site?ssl=true'); // "postgres://db.example.org:5433/site"
 * ```
 */
export function addressOf(url: string): string {
  const scheme = url.slice(0, url.indexOf(':'));
  if (!URL.canParse(url)) return scheme;
  const { host, pathname } = new URL(url);
  return `${scheme}://${host}${pathname}`;
}

/** What an error says; the attempts at several addresses of one name fail together, with nothing to say of their own. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const message: unknown = Reflect.get(error, 'message');
  if (typeof message === 'string' && message !== '') return message;
  const errors: unknown = Reflect.get(error, 'errors');
  if (Array.isArray(errors) && errors.length > 0) return [...new Set(errors.map(reasonOf))].join(', ');
  return String(Reflect.get(error, 'code') ?? error);
}
