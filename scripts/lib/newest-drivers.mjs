/** Preload this to import these drivers from the folder `KAIROS_NEWEST_DRIVERS`. */
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(join(process.env.KAIROS_NEWEST_DRIVERS, 'of-the-folder.js'));
const urls = new Map(
  ['better-sqlite3', 'kysely'].map((driver) => [driver, pathToFileURL(resolve(driver)).href]),
);

registerHooks({
  resolve(specifier, context, next) {
    const url = urls.get(specifier);
    return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
  },
});
