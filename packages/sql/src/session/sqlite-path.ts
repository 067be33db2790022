import { ConfigurationError, describeValue } from '@kairos/core';

/**
 * The file that a `sqlite:` URL names, or `:memory:`.
 *
 * @example
 * ```ts
 * sqlitePath('sqlite:hits.db'); // "hits.db", in the current folder
 * sqlitePath('sqlite:///var/lib/hits.db'); // "/var/lib/hits.db", percent-decoded
 * sqlitePath('sqlite::memory:'); // ":memory:"
 * ```
 */
export function sqlitePath(url: string): string {
  const rest = url.slice(url.indexOf(':') + 1);
  const path = rest.startsWith('//') ? decode(rest.slice(2), url) : rest;
  if (path === ':memory:' || path === '/:memory:') return ':memory:';
  if (path !== '' && !path.includes('\0')) return path;
  throw unknownPath(url);
}

function decode(location: string, url: string): string {
  const path = location.replace(/^localhost(?=\/)/, '');
  if (!path.startsWith('/')) throw unknownPath(url);
  try {
    return decodeURIComponent(path);
  } catch {
    throw unknownPath(url);
  }
}

function unknownPath(url: string): ConfigurationError {
  return new ConfigurationError(
    `The source is ${describeValue(url)}; expected sqlite:path, sqlite:///absolute/path or sqlite::memory:`,
  );
}
