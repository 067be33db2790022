/** A writer of hot.mjs: for some seconds, 64 callers each insert and wait, over and over. */
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { openMysql, openPg } from './sql-by-hand.mjs';
import { START } from './workload.mjs';

const [, , side, url, seconds] = process.argv;
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 }, day: { step: 86_400 } };

async function open() {
  if (side === 'kairos') {
    const hits = await new Kairos([sql]).timeseries(url, { type: 'count', tableName: 'hot', intervals });
    return { insert: () => hits.insert('home', 1, { timestamp: START }), close: () => hits.close() };
  }
  const hand = await (url.startsWith('postgres') ? openPg : openMysql)(url);
  return { insert: () => hand.insert('home', 1, START), close: () => hand.close() };
}

const { insert, close } = await open();
await insert();
const latencies = [];
let inserts = 0;
process.on('message', async (message) => {
  if (message === 'end') {
    await close();
    process.disconnect();
    return;
  }
  const end = performance.now() + Number(seconds) * 1000;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (performance.now() < end) {
        const before = performance.now();
        await insert();
        inserts++;
        // One in eight is enough for a percentile.
        if (inserts % 8 === 0) latencies.push(performance.now() - before);
      }
    }),
  );
  process.send({ inserts, latencies });
});
process.send('ready');
