/** One of several processes that write bulk inserts without pause: node bulk-writer.mjs FILE */
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';

const [, , file] = process.argv;
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } };
const hits = await new Kairos([sql]).timeseries(`sqlite:${file}`, { type: 'count', intervals });
const inserts = new Map(
  Array.from({ length: 2000 }, (_, index) => [7200 + index * 60, { [`name ${index % 10}`]: [1] }]),
);
process.stdout.write('writing');
for (;;) await hits.bulkInsert(inserts);
