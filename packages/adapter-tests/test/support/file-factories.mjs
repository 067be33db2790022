/** Factories of the file store for child processes: the correct one, and faulty ones that the suite must catch. */
import { FileStore, fileBackend } from '../../dist/memory/file-adapter.js';

const factory = (locking) => ({
  backend: fileBackend(locking),
  source: () => new FileStore(process.env.KAIROS_FILE_STORE),
  options: (namespace) => ({ namespace }),
});

export const locked = factory('locked');
export const writesUnlocked = factory('writes unlocked');
export const keepsAlive = factory('keeps the process alive');
