import { setTimeout as sleep } from 'node:timers/promises';

const STOPPED = 10_000;
const DELAY = 200;
const CUT = 0.01;

/**
 * Stops the server for ten seconds (for SQLite, a writer that may hold the lock). Then makes the connection
 * slow and unreliable, if there is a proxy.
 */
export async function slowDown({ store, server, writers, proxy }, milliseconds) {
  const faults = [];
  await sleep(milliseconds / 4);
  if (server.pause !== undefined) {
    await server.pause();
    await sleep(STOPPED);
    await server.resume();
    faults.push('10 s still');
  }
  if (store.kills === 'writer') {
    await writers.pauseInBulk(STOPPED);
    faults.push('10 s still');
  }
  await sleep(milliseconds / 4);
  if (proxy !== undefined) {
    Object.assign(proxy, { delay: DELAY, cut: CUT });
    await sleep(milliseconds / 2);
    Object.assign(proxy, { delay: 0, cut: 0 });
    faults.push(`200 ms, ${proxy.cuts} cuts`);
  }
  return { faults: faults.join('; ') };
}
