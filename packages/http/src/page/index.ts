import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the built page; the path is the same from the source and from its build. */
const SITE = fileURLToPath(new URL('../../dist/page/site/', import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

const SECURITY: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

let files: ReadonlyMap<string, File> | undefined;

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Serves the page: `/` is its document, and the files it loads are next to it. `undefined` for any other path.
 *
 * @example
 * ```ts
 * page('/'); // Response with text/html
 * page('/assets/nothing.js'); // undefined
 * ```
 */
export function page(path: string): Response | undefined {
  files ??= readFiles();
  const file = files.get(path.replace(/^\//, '') || 'index.html');
  return file && new Response(file.bytes, { headers: file.headers });
}

function readFiles(): ReadonlyMap<string, File> {
  const found = new Map<string, File>();
  for (const entry of readdirSync(SITE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(SITE.length).replaceAll('\\', '/');
    found.set(name, { bytes: new Uint8Array(readFileSync(path)), headers: headersOf(name) });
  }
  return found;
}

function headersOf(name: string): Record<string, string> {
  return {
    ...SECURITY,
    'content-type': CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    // The names of assets change with their content, so they may be cached for ever.
    'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}
