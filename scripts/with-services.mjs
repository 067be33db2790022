/**
 * Starts servers, runs a command with their addresses in its environment, and stops them:
 * node scripts/with-services.mjs redis postgres -- jest
 *
 * A server is a module of scripts/services (see scripts/lib/service.mjs). If a `newer` server is unavailable, the script
 * prints why and counts the command as skipped. `ferretdb,mongo` starts the first available of the two, `influxdb?` is
 * optional, and `NAME=value` sets a variable.
 */

import { run } from './lib/run.mjs';
import { addToTally } from './lib/tally.mjs';
import { reasonOf } from './lib/unavailable.mjs';

const separator = process.argv.indexOf('--');
const names = process.argv.slice(2, separator);
const [command, ...args] = process.argv.slice(separator + 1);

const env = { ...process.env };
const stops = [];
const ending = new AbortController();

async function stopAll() {
  while (stops.length > 0) await stops.pop()();
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    ending.abort();
    await stopAll();
    process.exit(1);
  });
}

/** Starts the first available server, or takes one that runs already; resolves to false if there is none. */
async function startOneOf({ services, optional }, others) {
  const there = services.filter(([, { variable }]) => process.env[variable]);
  for (const [name, service] of there.length > 0 ? there : services) {
    if (!(await start(name, service))) continue;
    takePlaces(service, others);
    return true;
  }
  if (optional) return true;
  console.log(`– "${command} ${args.join(' ')}" is skipped`);
  return false;
}

/** Starts a server unless it runs already; resolves to false if a `newer` one is unavailable. */
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
    console.log(`– ${name} is unavailable: ${reasonOf(error)}`);
    return false;
  }
  console.log(`  ${name} answers after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

async function serviceOf(name) {
  return [name, (await import(`./services/${name}.mjs`)).default];
}

/** Parses alternatives from the command line, such as `ferretdb,mongo` or `influxdb?`. */
async function servicesOf(words) {
  const names = words.replace(/\?$/, '').split(',');
  return { services: await Promise.all(names.map(serviceOf)), optional: words.endsWith('?') };
}

/** Sets the variable that the tests read to this server, unless that variable's own server runs too. */
function takePlaces(service, others) {
  const owned = others.flatMap(({ services }) => services).map(([, { variable }]) => variable);
  for (const [own, standard] of Object.entries(service.as ?? {})) {
    if (env[own] !== undefined && !owned.includes(standard)) env[standard] = env[own];
  }
}

try {
  const needed = [];
  for (const name of names) {
    const [, variable, value] = /^(\w+)=(.*)$/.exec(name) ?? [];
    if (variable === undefined) needed.push(await servicesOf(name));
    else if (env[variable] !== 'false') env[variable] = value;
  }
  let all = true;
  for (const each of needed) {
    const others = needed.filter((other) => other !== each);
    all &&= await startOneOf(each, others);
  }
  if (all) process.exitCode = await run(command, args, { env, cwd: process.cwd(), signal: ending.signal });
  else await addToTally({ skipped: 1 });
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
