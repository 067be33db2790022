/**
 * One run on one store: writers write, faults happen, and at the end the stored data must equal the ledgers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { removeFolder, temporaryFolder } from '../../../scripts/lib/server.mjs';
import { check, countFates } from './check/check.mjs';
import { killServer, killWriters } from './faults/kills.mjs';
import { SlowProxy } from './faults/slow-proxy.mjs';
import { slowDown } from './faults/slowness.mjs';
import { withCleanUp } from './interruption.mjs';
import { readLedger } from './ledger.mjs';
import { openAll } from './open.mjs';
import { storeCalled } from './stores/index.mjs';
import { Writers } from './writers.mjs';

/** A writer above this limit keeps memory that it should release. */
const MOST_MEMORY = 512 * 2 ** 20;

/** Resolves to a result: a row of the table. */
export async function soak(name, { seconds, writers: count, durable, slow }) {
  const store = await storeCalled(name);
  const folder = await temporaryFolder(`soak-${name}`);
  const ledgers = await temporaryFolder('soak-ledgers');
  let [server, proxy, writers] = [];
  const end = async () => {
    await writers?.abandon();
    await proxy?.close();
    await server?.stop();
    await removeFolder(folder);
    await removeFolder(ledgers);
  };
  return withCleanUp(end, async () => {
    server = await store.start({ folder, durable });
    const { address } = server;
    if (slow && server.port !== undefined) proxy = await SlowProxy.before(server.port);
    // Creates the tables first, as a release of the writing program would.
    await (await openAll(name, address)).close();
    writers = new Writers({
      store: name,
      address: proxy === undefined ? address : server.through(proxy.port),
      folder: ledgers,
      // The current minutes, so that nothing expires.
      start: Math.floor(Date.now() / 60_000) * 60,
      largeBulks: store.kills === 'writer',
    });
    await Promise.all(Array.from({ length: count }, () => writers.start()));
    const milliseconds = seconds * 1000;
    const work = faultsOf({ store, server, writers, proxy, slow }, milliseconds);
    const { faults } = await Promise.race([work, writers.broken]);
    await writers.stop();
    await sleep(store.settles ?? 0);
    return { store, durable, faults, ...(await settle(name, { store, address, writers })) };
  });
}

function faultsOf({ store, server, writers, proxy, slow }, milliseconds) {
  if (store.fault !== undefined) return store.fault(server, milliseconds);
  if (slow) return slowDown({ store, server, writers, proxy }, milliseconds);
  return store.kills === 'writer' ? killWriters(writers, milliseconds) : killServer(server, milliseconds);
}

/** Compares the stored data with the ledgers. */
async function settle(name, { store, address, writers }) {
  const read = writers.ledgers.map(({ path, killed }) => ({ ...readLedger(path), killed }));
  const events = read.flatMap((ledger) => ledger.events);
  const unsettled = read.reduce((sum, { unsettled, killed }) => sum + (killed ? 0 : unsettled), 0);
  const problems = [...writers.problems, ...read.flatMap(({ odd }) => odd.slice(0, 3))];
  if (writers.seen.memory > MOST_MEMORY) problems.push(`a writer took ${writers.seen.memory} bytes`);
  if (unsettled > 0) problems.push(`${unsettled} calls never settled`);
  const { opened, close } = await openAll(name, address);
  try {
    const findings = await check(opened, events, store.atomic);
    return { fates: countFates(events), findings, problems, seen: writers.seen };
  } finally {
    await close();
  }
}

/** Whether a run proves what it should. */
export function isGood({ findings, problems }) {
  return findings.wrong === 0 && problems.length === 0;
}
