/** npm run quickstart: installs, builds, and runs the main job on SQLite with real data. */
import { must, report, setUp } from './lib/run.mjs';

await report(async () => {
  await setUp();
  await must('Running examples/flights', process.execPath, ['examples/flights/dist/main.js']);
  console.log('\n✓ That was Kairos on SQLite. The code is in examples/flights; README.md goes on from here.');
});
