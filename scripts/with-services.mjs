/**
 * Starts servers, runs a command with their addresses in its environment, and stops them:
 * node scripts/with-services.mjs redis postgres -- jest
 *
 * A server is a module of scripts/services: `variable` (its address in the environment: where it is set already,
 * nothing is started), `skip` (the variable that leaves it out when it is "false"), and `start()`, which resolves to
 * `{ env, stop }`.
 */
import { run } from './lib/run.mjs';

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

try {
  for (const name of names) {
    const { default: service } = await import(`./services/${name}.mjs`);
    if (process.env[service.skip] === 'false' || process.env[service.variable]) continue;
    const started = Date.now();
    console.log(`▸ Starting ${name}`);
    const { env: address, stop } = await service.start();
    stops.push(stop);
    Object.assign(env, address);
    console.log(`  ${name} answers after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  process.exitCode = await run(command, args, { env, cwd: process.cwd() });
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
