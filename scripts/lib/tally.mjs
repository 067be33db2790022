import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Adds to the totals of `npm test`; does nothing in a run by itself. Each of `failures` names a test and says
 * how it failed.
 */
export async function addToTally({ passed = 0, failed = 0, skipped = 0, failures = [] }) {
  const folder = process.env.KAIROS_TALLY;
  if (folder === undefined) return;
  const tally = { passed, failed, skipped, failures };
  await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify(tally));
}

/** Sums up a folder of tallies. */
export async function sumOf(folder) {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of await readdir(folder)) {
    const { passed, failed, skipped, failures } = JSON.parse(await readFile(join(folder, file), 'utf8'));
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.failures.push(...failures);
  }
  return total;
}
