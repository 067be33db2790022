import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 512;

/** The total bytes of a folder's files; files that disappear meanwhile do not count. */
export async function folderSize(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath ?? entry.path, entry.name)).then(
        ({ blocks }) => blocks * BLOCK,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
