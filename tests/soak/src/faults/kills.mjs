import { setTimeout as sleep } from 'node:timers/promises';

const SERVER_KILLS = 2;

/** When writers are killed, in milliseconds from the start of a bulk insert: the first surely before it has ended. */
const WRITER_KILLS = [0, 10, 25];

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
  const pause = milliseconds / (WRITER_KILLS.length + 1);
  for (const after of WRITER_KILLS) {
    await sleep(pause);
    await writers.killInBulk(after);
    await writers.start();
  }
  await sleep(pause);
  return { faults: `${WRITER_KILLS.length} writers`, away: 0 };
}
