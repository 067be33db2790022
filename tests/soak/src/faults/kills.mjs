import { setTimeout as sleep } from 'node:timers/promises';

const SERVER_KILLS = 2;
const WRITER_KILLS = 3;

/** How long a killed server stays away. */
const AWAY = 700;

/** Kills the server twice in the given time, and starts it again each time. */
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

/** Kills three writers in the middle of bulk inserts, and starts another in place of each. */
export async function killWriters(writers, milliseconds) {
  for (let kill = 0; kill < WRITER_KILLS; kill++) {
    await sleep(milliseconds / (WRITER_KILLS + 1));
    await writers.killInBulk();
    await writers.start();
  }
  await sleep(milliseconds / (WRITER_KILLS + 1));
  return { faults: `${WRITER_KILLS} writers`, away: 0 };
}
