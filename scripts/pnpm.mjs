/** Runs the pinned pnpm without installing it: node scripts/pnpm.mjs --filter @kairos/sql test */
import { pnpm, run } from './lib/run.mjs';

process.exitCode = await run(...pnpm(...process.argv.slice(2)));
