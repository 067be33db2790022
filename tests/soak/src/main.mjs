/** npm run soak: see USAGE of options.mjs. */
import './durable.mjs';
import { writeFile } from 'node:fs/promises';
import { Unavailable } from '../../../scripts/lib/unavailable.mjs';
import { hostile, columns as hostileColumns } from './hostile/hostile.mjs';
import { readOptions, USAGE, UsageError } from './options.mjs';
import { complaintsOf as leaksOf, resources, columns as resourcesColumns } from './resources/resources.mjs';
import { soak } from './soak.mjs';
import { complaintsOf, soakColumns, tableOf } from './table.mjs';

/** What can be tried on a store. `run` resolves to a row of the table, and `complaintsOf` lists what is wrong with it. */
const trials = {
  soak: {
    announce: ({ writers, seconds }) => `${writers} writers, ${seconds} s`,
    run: soak,
    complaintsOf,
    columns: soakColumns,
    texts: 3,
  },
  hostile: {
    announce: ({ programs, seed }) => `${programs} programs of seed ${seed}`,
    run: hostile,
    complaintsOf: ({ failure }) => (failure === null ? [] : [failure]),
    columns: hostileColumns,
    texts: 1,
  },
  resources: {
    announce: ({ seconds }) => `opens and closes for ${seconds} s`,
    run: resources,
    complaintsOf: leaksOf,
    columns: resourcesColumns,
    texts: 1,
  },
};

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const name = options.hostile ? 'hostile' : options.resources ? 'resources' : 'soak';
  const { announce, run, complaintsOf, columns, texts } = trials[name];
  const results = [];
  for (const store of options.stores) {
    console.log(`▸ ${store}: ${announce(options)}`);
    const result = await ifAvailable(store, () => run(store, options));
    if (result === null) continue;
    results.push(result);
    const complaints = complaintsOf(result);
    for (const complaint of complaints) console.log(`  ${complaint}`);
    if (complaints.length > 0) process.exitCode = 1;
    // Save after each run, so that an interruption keeps earlier results.
    if (options.json !== undefined) await writeFile(options.json, JSON.stringify(results));
  }
  console.log(`\n${tableOf(columns, results, texts)}\n`);
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
