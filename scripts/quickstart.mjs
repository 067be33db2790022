/** npm run quickstart: installs, builds, and runs the main job on SQLite with real data. */
import { must, setUp } from './lib/run.mjs';

try {
  await setUp();
  await must('Running examples/flights', process.execPath, ['examples/flights/dist/main.js']);
  console.log('\n✓ That was Kairos on SQLite. The code is in examples/flights; README.md goes on from here.');
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
