/** npm run soak: see USAGE of options.mjs. */
import { writeFile } from 'node:fs/promises';
import { hostile } from './hostile/hostile.mjs';
import { readOptions, USAGE, UsageError } from './options.mjs';
import { isGood, soak } from './soak.mjs';
import { complaintsOf, tableOf } from './table.mjs';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else if (options.hostile) await runHostile(options);
  else await runSoak(options);
}

async function runSoak(options) {
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

async function runHostile(options) {
  for (const name of options.stores) {
    console.log(`▸ ${name}: ${options.programs} programs of seed ${options.seed}`);
    const { ran, failure } = await hostile(name, options);
    console.log(failure ?? `  ${ran} programs, every answer as the reference model's`);
    if (failure !== null) process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof UsageError ? `✗ ${error.message}\n\n${USAGE}` : `✗ ${error?.stack ?? error}`,
  );
  process.exitCode = 1;
}
