import { setTimeout as sleep } from 'node:timers/promises';

const SERVER_KILLS = 2;

/**
 * When to kill writers, in milliseconds after a bulk insert begins. The first is certainly before it ends.
 */
const WRITER_KILLS = [0, 10, 25];

/** Downtime of a killed server, in milliseconds. */
const AWAY = 700;

/** Kills the server twice in the given time, and restarts it each time. */
export async function killServer(server, milliseconds) {
  let away = 0;
  for (let kill = 0; kill < SERVER_KILLS; kill++) {
    await sleep(milliseconds / (SERVER_KILLS + 1));
    const began = performance.now();
    await server.kill();
    await sleep(AWAY);
    await server.restart();
    away += performance.now() - began;
  }
  await sleep(milliseconds / (SERVER_KILLS + 1));
  return { faults: `${SERVER_KILLS} kills`, away };
}

/** Kills three writers in the middle of bulk inserts, and starts a new one for each. */
export async function killWriters(writers, milliseconds) {
  const pause = milliseconds / (WRITER_KILLS.length + 1);
  for (const after of WRITER_KILLS) {
    await sleep(pause);
    await writers.killInBulk(after);
    await writers.start();
  }
  await sleep(pause);
  return { faults: `${WRITER_KILLS.length} writers`, away: 0 };
}
