/**
 * Starts servers, runs a command with their addresses in its environment, and stops them:
 * node scripts/with-services.mjs redis postgres -- jest
 *
 * A server is a module of scripts/services (see scripts/lib/service.mjs). Where one of the newer ones cannot be had, a
 * line says why, and the command counts as skipped.
 */

import { run } from './lib/run.mjs';
import { addToTally } from './lib/tally.mjs';
import { reasonOf } from './lib/unavailable.mjs';

const separator = process.argv.indexOf('--');
const names = process.argv.slice(2, separator);
const [command, ...args] = process.argv.slice(separator + 1);

const env = { ...process.env };
const stops = [];

async function stopAll() {
  while (stops.length > 0) await stops.pop()();
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    await stopAll();
    process.exit(1);
  });
}

/** Starts a server that is not there yet; resolves to false where it is one of those that may be out of reach, and is. */
async function start(name, service) {
  if (process.env[service.skip] === 'false' || process.env[service.variable]) return true;
  const started = Date.now();
  console.log(`▸ Starting ${name}`);
  try {
    const { env: address, stop } = await service.start();
    stops.push(stop);
    Object.assign(env, address);
  } catch (error) {
    if (!service.newer) throw error;
    console.log(`– ${name} cannot be had, "${command} ${args.join(' ')}" is skipped: ${reasonOf(error)}`);
    return false;
  }
  console.log(`  ${name} answers after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/** The tests know the servers of their kind by one variable: this one takes it, unless its owner is here too. */
function takePlaces(service, variables) {
  for (const [own, standard] of Object.entries(service.as ?? {})) {
    if (env[own] !== undefined && !variables.includes(standard)) env[standard] = env[own];
  }
}

try {
  const services = [];
  for (const name of names) services.push([name, (await import(`./services/${name}.mjs`)).default]);
  const variables = services.map(([, { variable }]) => variable);
  let all = true;
  for (const [name, service] of services) {
    all &&= await start(name, service);
    takePlaces(service, variables);
  }
  if (all) process.exitCode = await run(command, args, { env, cwd: process.cwd() });
  else await addToTally({ skipped: 1 });
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
