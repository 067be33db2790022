/** The cost of the node:diagnostics_channel channels on a lone insert and a get, on SQLite in memory. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { do_not_optimize, measure } from 'mitata';
import { traced } from '../packages/core/dist/diagnostics.js';
import { median, printTable } from './compare.mjs';

const ROUNDS = 7;
const START = 1_700_000_000;
const hits = await new Kairos([sql]).timeseries('sqlite::memory:', {
  type: 'count',
  intervals: { minute: { step: 60 } },
});
const at = { timestamp: START };
await hits.insert('home', 1, at);

const calls = {
  'a lone insert': () => hits.insert('home', 1, at),
  'a get of one bucket': () => hits.get('home', 'minute', at),
};
let heard = 0;
const listen = () => heard++;
const channels = ['write', 'read'].flatMap((operation) =>
  ['start', 'asyncEnd'].map((event) => `tracing:kairos.${operation}:${event}`),
);

const rows = [{ name: '', unheard: 'nobody listens', heard: 'a subscriber', ratio: 'ratio' }];
for (const [name, call] of Object.entries(calls)) {
  const times = { unheard: [], heard: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.unheard.push(await time(call));
    for (const channel of channels) subscribe(channel, listen);
    times.heard.push(await time(call));
    for (const channel of channels) unsubscribe(channel, listen);
  }
  const [unheard, listened] = [median(times.unheard), median(times.heard)];
  rows.push({
    name,
    unheard: `${(unheard / 1000).toFixed(1)} µs`,
    heard: `${(listened / 1000).toFixed(1)} µs`,
    ratio: `${(listened / unheard).toFixed(2)} ×`,
  });
}

/** A store call that does no work, bare and through a channel without subscribers. */
const nothing = Promise.resolve();
const work = () => nothing;
const describe = () => ({ backend: 'none', type: 'count' });
const [bare, unheard] = [[], []];
for (let round = 0; round < ROUNDS; round++) {
  bare.push(await timeOfMany(work));
  unheard.push(await timeOfMany(() => traced('write', describe, work)));
}
const cost = median(unheard) - median(bare);

console.log('\nChannels: calls on SQLite in memory, by who listens');
printTable(rows);
const asked = `A channel that nobody hears costs ${cost.toFixed(1)} ns a call (target: ≤ 100 ns)`;
console.log(`\n${asked}`);
await hits.close();
if (heard === 0) throw new Error('The subscriber heard nothing');
process.exitCode = cost > 100 ? 1 : 0;

async function time(call) {
  const { p50 } = await measure(async () => call(), { min_cpu_time: 3e8, warmup_samples: 3 });
  return p50;
}

async function timeOfMany(call) {
  const MANY = 1000;
  const { p50 } = await measure(() => {
    for (let index = 0; index < MANY; index++) do_not_optimize(call());
  });
  return p50 / MANY;
}
