import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

/** How to derive a name from a file's path. */
export type NameFrom = 'path' | 'slashes' | 'file';

export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

const ENDING = '.wsp';

/**
 * Finds Whisper files among some paths; searches folders recursively. Names follow Graphite: if you pass the
 * folder `whisper`, the file `whisper/web/hits.wsp` is `web.hits`, or `web/hits` with `slashes`, or `hits`
 * with `file`.
 */
export async function whisperFiles(paths: readonly string[], from: NameFrom): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    const root = isFolder ? path : dirname(path);
    const files = isFolder
      ? (await readdir(path, { recursive: true })).filter((file) => file.endsWith(ENDING)).sort()
      : [basename(path)];
    for (const file of files) {
      const full = join(root, file);
      found.push({ path: full, name: nameOf(relative(root, full), from) });
    }
  }
  return found;
}

function nameOf(path: string, from: NameFrom): string {
  const parts = path.replace(/\.wsp$/, '').split(sep);
  if (from === 'file') return parts.at(-1) ?? path;
  return parts.join(from === 'slashes' ? '/' : '.');
}
