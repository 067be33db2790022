/** npm run soak: see USAGE of options.mjs. */
import './durable.mjs';
import { writeFile } from 'node:fs/promises';
import { Unavailable } from '../../../scripts/lib/unavailable.mjs';
import { hostile } from './hostile/hostile.mjs';
import { readOptions, USAGE, UsageError } from './options.mjs';
import { columns, complaintsOf as leaksOf, resources } from './resources/resources.mjs';
import { isGood, soak } from './soak.mjs';
import { complaintsOf, soakColumns, tableOf } from './table.mjs';

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else if (options.hostile) await runHostile(options);
  else if (options.resources) await runResources(options);
  else await runSoak(options);
}

async function runSoak(options) {
  const results = [];
  for (const name of options.stores) {
    console.log(`▸ ${name}: ${options.writers} writers, ${options.seconds} s`);
    const result = await ifAvailable(name, () => soak(name, options));
    if (result === null) continue;
    results.push(result);
    for (const line of complaintsOf(result)) console.log(line);
    // Save after each run, so that an interruption keeps earlier results.
    if (options.json !== undefined) await writeFile(options.json, JSON.stringify(results));
  }
  console.log(`\n${tableOf(soakColumns, results)}\n`);
  if (!results.every(isGood)) process.exitCode = 1;
}

async function runResources(options) {
  const results = [];
  for (const name of options.stores) {
    console.log(`▸ ${name}: opens and closes for ${options.seconds} s`);
    const result = await ifAvailable(name, () => resources(name, options));
    if (result === null) continue;
    results.push(result);
    for (const line of leaksOf(result)) console.log(`  ${line}`);
  }
  console.log(`\n${tableOf(columns, results, 1)}\n`);
  if (results.some((result) => leaksOf(result).length > 0)) process.exitCode = 1;
}

async function runHostile(options) {
  for (const name of options.stores) {
    console.log(`▸ ${name}: ${options.programs} programs of seed ${options.seed}`);
    const result = await ifAvailable(name, () => hostile(name, options));
    if (result === null) continue;
    const { ran, seen, seconds, failure } = result;
    console.log(
      failure ??
        `  ${ran} programs in ${Math.round(seconds)} s, ${seen.answered} steps answered and ${seen.refused} refused as by the reference`,
    );
    if (failure !== null) process.exitCode = 1;
  }
}

/** Resolves to `null`, with a message, if this machine does not have the store's server. */
async function ifAvailable(name, run) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`– ${name} cannot be had: ${error.message}`);
    return null;
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
