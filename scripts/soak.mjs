/**
 * npm run soak [STORE …] [-- --seconds 60 --writers 4]: kills servers while several processes write to them,
 * and runs the other trials of tests/soak (`npm run soak -- --help`).
 */
import { root, run, setUp } from './lib/run.mjs';

await setUp();
const args = [`${root}tests/soak/src/main.mjs`, ...process.argv.slice(2)];
process.exitCode = await run(process.execPath, args);
