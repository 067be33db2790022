/** npm run soak: see USAGE of options.mjs. */
import { writeFile } from 'node:fs/promises';
import { readOptions, USAGE, UsageError } from './options.mjs';
import { isGood, soak } from './soak.mjs';
import { complaintsOf, tableOf } from './table.mjs';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const results = [];
  for (const name of options.stores) {
    console.log(`▸ ${name}: ${options.writers} writers, ${options.seconds} s`);
    const result = await soak(name, options);
    results.push(result);
    for (const line of complaintsOf(result)) console.log(line);
  }
  console.log(`\n${tableOf(results)}\n`);
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify(results));
  if (!results.every(isGood)) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof UsageError ? `✗ ${error.message}\n\n${USAGE}` : `✗ ${error?.stack ?? error}`,
  );
  process.exitCode = 1;
}
