/** One of several processes that write the same buckets: node writer.mjs SOURCE TABLE EVENTS SEED */
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

const [, , source, tableName, events, seed] = process.argv;
const kairos = new Kairos([sql]);
const intervals = { minute: { step: 60 }, day: { step: 86_400, resolution: 3600 } };
const counts = await kairos.timeseries(source, { type: 'count', tableName, intervals });
const values = await kairos.timeseries(source, {
  type: 'histogram',
  valueType: 'int',
  tableName,
  intervals,
});

let written = 0;

/**
 * Inserts half of the events one by one, the rest in bulk. Each is 1 in a counter and a value in a histogram.
 */
async function write() {
  while (written < Number(events)) {
    const index = written++;
    const name = `name ${index % 10}`;
    const timestamp = 86_400 + (index % 3) * 60;
    if (index % 100 < 50) {
      await Promise.all([
        counts.insert(name, 1, { timestamp }),
        values.insert(name, index % 7, { timestamp }),
      ]);
    } else {
      const rest = Array.from({ length: 50 }, (_, place) => index + place);
      written += 49;
      // Each process uses the names in a different order.
      rest.sort((a, b) => ((a * Number(seed) * 31) % 101) - ((b * Number(seed) * 31) % 101));
      const bulk = (valueFor) => {
        const inserts = new Map();
        for (const each of rest) {
          const at = 86_400 + (each % 3) * 60;
          const named = inserts.get(at) ?? {};
          inserts.set(at, named);
          named[`name ${each % 10}`] = [...(named[`name ${each % 10}`] ?? []), valueFor(each)];
        }
        return inserts;
      };
      await Promise.all([counts.bulkInsert(bulk(() => 1)), values.bulkInsert(bulk((each) => each % 7))]);
    }
  }
}

await Promise.all([write(), write(), write(), write()]);
await counts.close();
await values.close();
