/** Another process that uses a SQLite file: node sqlite-neighbour.mjs FILE lock MILLISECONDS, or FILE bulk */
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { openByHand } from './sqlite-by-hand.mjs';
import { events } from './workload.mjs';

const [, , file, what, milliseconds] = process.argv;

if (what === 'lock') {
  const database = await openByHand(file);
  database.exec('begin immediate');
  process.stdout.write('ready');
  setTimeout(() => database.exec('commit'), Number(milliseconds));
} else {
  const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 }, day: { step: 86_400 } };
  const hits = await new Kairos([sql]).timeseries(`sqlite:${file}`, { type: 'count', intervals });
  const bulk = events();
  process.stdout.write('ready');
  for (;;) await hits.bulkInsert(bulk);
}
