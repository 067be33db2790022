/**
 * Writes events until it is told to stop, even while the server is killed, and keeps a ledger of the result
 * of each. `ledger.test.ts` forks it.
 */
import { BulkInsertError, Kairos } from '@kairos/core';
import { mongo } from '@kairos/mongo';

const [, , url, worker] = process.argv;
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } };
const EVENTS = 4;

const kairos = new Kairos([mongo]);
const opened = {
  histogram: await kairos.timeseries(url, { type: 'histogram', intervals }),
  series: await kairos.timeseries(url, { type: 'series', intervals }),
};
const ledger = { acknowledged: [], failed: [], unknown: [] };
let stopping = false;
process.on('message', () => {
  stopping = true;
});
process.send('ready');

/** Each value is written once, so that missing and duplicate ones show. */
let serial = 0;
const next = () => `${worker}:${serial++}`;
const listed = (inserts) => [...inserts.values()].flatMap((named) => [...named.values()].flat());

while (!stopping) {
  for (const [type, timeseries] of Object.entries(opened)) {
    const inserts = new Map();
    const name = `name ${serial % 3}`;
    for (let event = 0; event < EVENTS; event++) inserts.set(event * 30, new Map([[name, [next()]]]));
    const entries = (values) => values.map((value) => [type, name, value]);
    try {
      await timeseries.bulkInsert(inserts);
      ledger.acknowledged.push(...entries(listed(inserts)));
    } catch (error) {
      if (!(error instanceof BulkInsertError)) throw error;
      const [failed, unknown] = [listed(error.failed), listed(error.unknown)];
      ledger.failed.push(...entries(failed));
      ledger.unknown.push(...entries(unknown));
      const lost = new Set([...failed, ...unknown]);
      ledger.acknowledged.push(...entries(listed(inserts).filter((value) => !lost.has(value))));
    }
  }
}
for (const timeseries of Object.values(opened)) await timeseries.close();
process.send(ledger, () => process.exit());
