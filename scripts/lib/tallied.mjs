import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addToTally, sumOf } from './tally.mjs';

/**
 * Runs work that counts tests, resolves to the titles of its failures, and prints how many tests passed,
 * failed and were skipped. It sums up the folder `KAIROS_TALLY` if that is set, so that several runs add up.
 */
export async function tallied(work) {
  const given = process.env.KAIROS_TALLY;
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'kairos-tally-')));
  process.env.KAIROS_TALLY = folder;
  const before = await sumOf(folder);
  const broken = await work().catch((error) => {
    console.error(`\n✗ ${error instanceof Error ? error.message : error}`);
    return ['set-up'];
  });
  const counted = (await sumOf(folder)).failed - before.failed;
  // A failure without a failing test, such as a broken build, counts as well.
  if (counted < broken.length) await addToTally({ failed: broken.length - counted });
  const { passed, failed, skipped, failures } = await sumOf(folder);
  for (const failure of failures) console.log(`\n✗ ${failure}`);
  if (broken.length > 0) {
    console.log(`\n✗ ${broken.join(', ')} failed`);
    process.exitCode = 1;
  } else {
    console.log('\n✓ All tests passed');
  }
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (given === undefined) await rm(folder, { recursive: true });
}
