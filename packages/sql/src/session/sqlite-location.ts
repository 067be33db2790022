import { ConfigurationError, describeValue } from '@kairos/core';

/** The location in a `sqlite:` URL: a file or `:memory:`, with better-sqlite3's options to open it. */
export interface SqliteLocation {
  readonly path: string;
  readonly options: { readonly readonly?: true; readonly fileMustExist?: true };
}

const MEMORY = ':memory:';

/** SQLite's `mode` parameter as better-sqlite3 options. */
const MODES: ReadonlyMap<string, SqliteLocation['options']> = new Map([
  ['ro', { readonly: true }],
  ['rw', { fileMustExist: true }],
  ['rwc', {}],
  ['memory', {}],
]);

/**
 * Reads a `sqlite:` URL.
 *
 * @example
 * ```ts
 * sqliteLocation('sqlite:hits.db').path; // "hits.db", in the current folder
 * sqliteLocation('sqlite:///var/lib/hits%3F.db').path; // "/var/lib/hits?.db", percent-decoded
 * sqliteLocation('sqlite::memory:').path; // ":memory:"
 * sqliteLocation('sqlite:hits.db?mode=ro').options; // { readonly: true }
 * ```
 */
export function sqliteLocation(url: string): SqliteLocation {
  const rest = url.slice(url.indexOf(':') + 1);
  const [location = ''] = rest.split('?', 1);
  const mode = modeOf(rest.slice(location.length + 1));
  const path = location.startsWith('//') ? decode(location.slice(2), url) : location;
  if (path === '' || path.includes('\0')) throw unknownPath(url);
  const options = MODES.get(mode) ?? {};
  if (mode === 'memory') return { path: MEMORY, options };
  if (path !== MEMORY && path !== `/${MEMORY}`) return { path, options };
  if (mode === 'rwc') return { path: MEMORY, options };
  throw new ConfigurationError(
    `The URL's parameter "mode" is ${describeValue(mode)}, and its database is in memory; expected a file, or no "mode"`,
  );
}

/**
 * The `mode` of the query string. Unsupported parameters are an error, so that no file is opened in a
 * different way than requested.
 */
function modeOf(query: string): string {
  let mode: string | undefined;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'mode' && MODES.has(value) && (mode ?? value) === value) mode = value;
    else if (name !== 'cache' || value !== 'private') throw refusedParameter(name, value);
  }
  return mode ?? 'rwc';
}

function refusedParameter(name: string, value: string): ConfigurationError {
  const given = `The URL's parameter ${describeValue(name)} is ${describeValue(value)}`;
  const expected: { readonly [name: string]: string } = {
    mode: 'one of ro, rw, rwc and memory, once',
    cache: 'private: the driver has no shared cache',
    immutable: 'none, which the driver does not know; mode=ro reads without writing',
  };
  const known = Object.hasOwn(expected, name)
    ? expected[name]
    : 'mode=ro, rw, rwc or memory, or cache=private';
  return new ConfigurationError(
    `${given}; expected ${known}. In a file's name, write "?" as %3F in sqlite:///absolute/path`,
  );
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
