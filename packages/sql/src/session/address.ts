/**
 * The address in a URL, without user, password and parameters.
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

/**
 * The message of an error. If all addresses of one name fail, the error itself has no message, so those of the attempts
 * are used.
 */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const message: unknown = Reflect.get(error, 'message');
  if (typeof message === 'string' && message !== '') return message;
  const errors: unknown = Reflect.get(error, 'errors');
  if (Array.isArray(errors) && errors.length > 0) return [...new Set(errors.map(reasonOf))].join(', ');
  return String(Reflect.get(error, 'code') ?? error);
}
